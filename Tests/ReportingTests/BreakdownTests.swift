import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

@Suite struct BreakdownTests {
    @Test func profilesAreSortedByFailedThenDeliveredThenName() throws {
        let fixture = try LogFixture()
        let day = "2026-03-03T18:00"
        for (index, line) in [("b", Outcome.failed), ("b", .delivered), ("a", .failed)].enumerated()
        {
            try fixture.record("x\(index)", line.1, at: day, profile: line.0)
        }
        for profile in ["d", "c", nil] {
            try fixture.record("y\(profile ?? "")", .delivered, at: day, profile: profile)
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.endpoints.map(\.endpoint.profileID) == ["b", "a", nil, "c", "d"])
        #expect(report.endpoints[0].tally == Tally(delivered: 1, failed: 1))
    }

    @Test func reasonsCountOnlyFailedCallbacks() throws {
        let fixture = try LogFixture()
        let day = "2026-03-03T18:00"
        try fixture.record("a", .failed, at: day, reason: .timeout)
        try fixture.record("b", .failed, at: day, reason: .http5xx)
        try fixture.record("c", .failed, at: day, reason: .http5xx)
        try fixture.record("d", .retrying, at: day, reason: .dns)
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(
            report.reasons
                == [ReasonLine(reason: .http5xx, count: 2), ReasonLine(reason: .timeout, count: 1)])
    }

    @Test func channelsAddUpToTheTotals() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T18:00", channel: "sms")
        try fixture.record("b", .delivered, at: "2026-03-03T18:00", channel: "voice")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.channels.map(\.channel) == ["sms", "voice"])
    }

    @Test func latencyCountsOnlyDeliveredCallbacks() throws {
        let fixture = try LogFixture()
        for milliseconds in 1...20 {
            try fixture.record(
                "a\(milliseconds)", .delivered, at: "2026-03-03T18:00", milliseconds: milliseconds)
        }
        try fixture.record("slow", .failed, at: "2026-03-03T18:00", milliseconds: 15_000)
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.latency == Latency(p50: 10, p95: 19, p99: 20))
    }

    @Test func failingSinceCanBeBeforeThePeriod() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-02-27T10:00", profile: "p")
        try fixture.record("b", .failed, at: "2026-02-28T11:11:11", profile: "p")
        for id in ["c", "d"] {
            try fixture.record(id, .failed, at: "2026-03-03T18:00", profile: "p")
        }
        try fixture.record("e", .failed, at: "2026-03-03T18:00", profile: "q")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.failing.map(\.endpoint) == [.profile("p")])
        #expect(report.failing.map(\.since) == [try fixture.at("2026-02-28T11:11:11")])
    }

    @Test func configuredTitlesTakePrecedence() throws {
        let fixture = try LogFixture()
        for (profile, origin) in [("p", nil), ("q", nil), (nil, "https://a.example:8443")] {
            for id in 1...3 {
                try fixture.record(
                    "\(profile ?? "")\(id)", .failed, at: "2026-03-03T18:00", profile: profile,
                    origin: origin)
            }
        }
        for profile in ["p", "q"] {
            try fixture.log.setTitle("Log's \(profile)", ofProfile: profile, company: "HA")
        }
        try fixture.log.setDisabled(
            since: fixture.at("2026-03-04T12:00"), profile: "p", company: "HA")
        var request = try fixture.request(.daily, ending: "2026-03-04T17:00")
        request.titles = ["p": "Chat", "https://a.example:8443": "Orders", "other": "Other"]
        let report = try ReportBuilder(log: fixture.log).report(request)
        #expect(report.endpoints.map(\.title) == ["Chat", "Log's q", "Orders"])
        #expect(Set(report.failing.map(\.title)) == ["Chat", "Log's q", "Orders"])
        #expect(report.notes.disabled.map(\.title) == ["Chat"])
    }
}
