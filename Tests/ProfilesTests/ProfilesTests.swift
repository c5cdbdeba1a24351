import Testing

@testable import Profiles

@Suite struct ProfilesTests {}
