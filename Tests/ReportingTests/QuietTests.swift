import CivilTime
import DeliveryLog
import Reporting
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
        #expect(report.notes.quiet == .noCallbacks)
    }

    @Test func periodWithCallbacksIsNotQuiet() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .retrying, at: "2026-03-04T10:00")
        #expect(try fixture.report(.daily, ending: "2026-03-04T17:00").notes.quiet == nil)
    }
}
