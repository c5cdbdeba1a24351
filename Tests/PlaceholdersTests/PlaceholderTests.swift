import Testing

@testable import Placeholders

@Suite struct PlaceholderTests {}
