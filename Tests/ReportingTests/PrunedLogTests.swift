import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

/// Reports of periods whose attempts were pruned.
@Suite struct PrunedLogTests {
    /// A log with two failed callbacks that are pruned, and one that is not.
    private func fixture() throws -> LogFixture {
        let fixture = try LogFixture()
        for (id, time) in [("a", "02T10:00"), ("b", "03T16:50"), ("c", "10T10:00")] {
            try fixture.record(id, .failed, at: "2026-03-\(time)", profile: "p")
        }
        _ = try fixture.log.prune(before: fixture.at("2026-03-05T12:00"))
        return fixture
    }

    @Test func failuresThatCannotBeListedAreCounted() throws {
        let fixture = try fixture()
        func failed(_ start: String, _ end: String) throws -> Int {
            let period = Period(
                start: try fixture.at("2026-03-\(start)"), end: try fixture.at("2026-03-\(end)"))
            let unlisted = try fixture.log.unlistedFailures(company: "HA", in: period)
            var listed = 0
            try fixture.log.forEachFailure(company: "HA", in: period) { _ in listed += 1 }
            #expect(try fixture.log.tally(company: "HA", in: period).failed == listed + unlisted)
            return unlisted
        }
        #expect(try failed("01T00:00", "31T00:00") == 2)
        #expect(try failed("03T00:00", "04T00:00") == 1)
        #expect(try failed("06T00:00", "31T00:00") == 0)
        let report = try fixture.custom("2026-03-01T00:00", "2026-03-12T00:00")
        #expect(report.totals.failed == 3)
        #expect(
            report.notes.pruned
                == Notes.Pruned(before: try #require(try fixture.log.prunedBefore()), failed: 2))
    }

    @Test func nothingIsMissingFromALaterPeriod() throws {
        let report = try fixture().custom("2026-03-06T00:07", "2026-03-12T00:07")
        #expect(report.notes.pruned == nil)
    }

    @Test func endsWithinAQuarterHourAreMissing() throws {
        let fixture = try fixture()
        for (start, end) in [("01T00:00", "03T16:55"), ("02T09:55", "12T00:00")] {
            let report = try fixture.custom("2026-03-\(start)", "2026-03-\(end)")
            #expect(report.notes.pruned?.lacksEnds == true)
        }
    }

    @Test func anEndpointIsStillNamedIfTheCountsProveThatItFailed() throws {
        let fixture = try LogFixture()
        try fixture.record("first", .delivered, at: "2026-03-02T09:10", profile: "down")
        try fixture.record("other", .delivered, at: "2026-03-02T10:50", profile: "up")
        for minute in ["10", "11", "20", "40", "50"] {
            for profile in ["down", "up"] {
                try fixture.record(
                    "\(profile) \(minute)", .failed, at: "2026-03-02T10:\(minute)",
                    profile: profile)
            }
        }
        try fixture.record("two", .failed, at: "2026-03-02T10:20", profile: "once")
        func failing() throws -> [TroubledEndpoint] {
            try fixture.custom("2026-03-02T00:00", "2026-03-04T00:00").failing
        }
        #expect(try failing().map(\.endpoint) == [.profile("down")])
        _ = try fixture.log.prune(before: fixture.at("2026-03-10T12:00"))
        #expect(try failing().map(\.endpoint) == [.profile("down")])
        #expect(try failing().map(\.since) == [try fixture.at("2026-03-02T10:00")])
        // The period ends within a quarter hour, so its callbacks prove nothing.
        #expect(try fixture.custom("2026-03-02T00:00", "2026-03-02T10:14").failing == [])
    }
}
