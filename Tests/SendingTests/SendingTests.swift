import Testing

@testable import Sending

@Suite struct SendingTests {}
