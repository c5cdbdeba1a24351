import CivilTime
import DeliveryLog
import Storage
import Testing

@testable import Reporting

/// Tests of the disabled profiles in reports.
@Suite struct DisabledProfileTests {
    private func names(_ fixture: LogFixture) throws -> [String] {
        try fixture.report(.daily, ending: "2026-11-25T17:00").notes.disabled.map(\.profileID)
    }

    @Test func namesProfilesDisabledAtTheEndOfThePeriod() throws {
        let fixture = try LogFixture()
        for profile in ["IN_a", "IN_b", "IN_c"] {
            try fixture.record(profile, .failed, at: "2026-11-25T10:00", profile: profile)
        }
        #expect(try names(fixture) == [])
        let noon = try fixture.at("2026-11-25T12:00")
        for profile in ["IN_b", "IN_a", "IN_unknown"] {
            try fixture.log.setDisabled(since: noon, profile: profile, company: "HA")
        }
        // The profiles are sorted by name.
        try fixture.log.setTitle("Z", ofProfile: "IN_a", company: "HA")
        #expect(try names(fixture) == ["IN_b", "IN_a"])
        try fixture.log.setDisabled(since: nil, profile: "IN_b", company: "HA")
        #expect(try names(fixture) == ["IN_a"])
        let evening = try fixture.at("2026-11-25T17:00")
        try fixture.log.setDisabled(since: evening, profile: "IN_a", company: "HA")
        #expect(try names(fixture) == [])
    }

    @Test func omitsProfilesOfOtherCompanies() throws {
        let fixture = try LogFixture()
        try fixture.record(
            "b", .failed, at: "2026-11-25T10:00", profile: "IN_a", company: "HB")
        let noon = try fixture.at("2026-11-25T12:00")
        try fixture.log.setDisabled(since: noon, profile: "IN_a", company: "HB")
        #expect(try names(fixture) == [])
    }
}
