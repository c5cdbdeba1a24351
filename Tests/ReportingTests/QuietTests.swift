import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

@Suite struct QuietTests {
    @Test func emptyLogIsNeverAny() throws {
        let report = try LogFixture().report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .neverAny)
    }

    @Test func recordsOfOtherCompaniesMeanNoCallbacks() throws {
        let fixture = try LogFixture()
        for hour in 10...16 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-04T\(hour):50", company: "HB")
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .noCallbacks)
    }

    @Test func unusuallyLongSilenceIsReported() throws {
        let fixture = try LogFixture()
        for hour in [10, 12, 13] {
            try fixture.record("\(hour)", .delivered, at: "2026-03-02T\(hour):50")
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .silent(since: try fixture.at("2026-03-02T13:50")))
    }

    @Test func aDayOfSilenceIsReportedDespiteCallbacks() throws {
        let fixture = try LogFixture()
        for day in 1...3 {
            try fixture.record("\(day)", .delivered, at: "2026-03-0\(day)T10:00")
        }
        let weekly = try fixture.report(.weekly, ending: "2026-03-04T17:00")
        #expect(weekly.totals.delivered == 3)
        #expect(weekly.notes.quiet == .silent(since: try fixture.at("2026-03-03T10:00")))
    }

    @Test func lessThanADayOfSilenceIsNotReportedDespiteCallbacks() throws {
        let fixture = try LogFixture()
        // Longer than any gap before, but shorter than a day.
        for hour in 10...17 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-03T\(hour):01")
        }
        #expect(try fixture.report(.weekly, ending: "2026-03-04T17:00").notes.quiet == nil)
    }

    @Test func usualSilenceIsNotReported() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-02-20T10:00")
        try fixture.record("b", .delivered, at: "2026-03-02T10:00")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .usualGap(since: try fixture.at("2026-03-02T10:00")))
    }

    @Test(arguments: [("2026-03-02T13:50", true), ("2026-02-20T10:00", false)])
    func aSilenceEndsWithTheNextRecord(earlier: String, isSilent: Bool) throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: earlier)
        try fixture.record("b", .delivered, at: "2026-03-02T13:55")
        for minute in ["00", "01", "16"] {
            try fixture.record(minute, .failed, at: "2026-03-05T09:\(minute)", company: "HB")
        }
        let (since, next) = (try fixture.at("2026-03-02T13:55"), try fixture.at("2026-03-05T09:00"))
        for (now, until) in [
            ("2026-03-04T17:00", nil), ("2026-03-05T09:00", nil), ("2026-03-05T09:01", next),
            ("2026-03-30T09:00", next),
        ] {
            let report = try fixture.report(
                .daily, ending: "2026-03-04T17:00", now: try fixture.at(now))
            #expect(
                report.notes.quiet
                    == (isSilent
                        ? .silent(since: since, until: until)
                        : .usualGap(since: since, until: until)))
        }
    }

    @Test func prunedRecordsAreNoSilence() throws {
        let fixture = try LogFixture()
        for hour in 10...16 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-04T\(hour):50", company: "HB")
        }
        try fixture.record("late", .delivered, at: "2026-03-20T10:00", company: "HB")
        let now = try fixture.at("2026-03-21T10:00")
        func quiet(_ end: String) throws -> Notes.Quiet? {
            try fixture.report(.daily, ending: end, now: now).notes.quiet
        }
        let before = try quiet("2026-03-03T17:00")
        #expect(try quiet("2026-03-04T17:00") == .noCallbacks)
        _ = try fixture.log.prune(before: fixture.at("2026-03-10T00:00"))
        #expect(try quiet("2026-03-04T17:00") == .noCallbacks)
        #expect(try quiet("2026-03-03T17:00") == before)
        let since = try fixture.at("2026-03-04T16:45")
        #expect(
            try quiet("2026-03-06T17:00")
                == .silent(since: since, until: fixture.at("2026-03-20T10:00")))
    }

    @Test func periodWithCallbacksIsNotQuiet() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .retrying, at: "2026-03-04T10:00")
        #expect(try fixture.report(.daily, ending: "2026-03-04T17:00").notes.quiet == nil)
    }
}
