import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

/// Reports of periods that have not ended or not started.
@Suite struct UnfinishedPeriodTests {
    /// A log with a callback per hour on two days, one minute before the hour.
    private func filled() throws -> LogFixture {
        let fixture = try LogFixture()
        for day in ["02", "03"] {
            for hour in 10...16 {
                let time = "2026-03-\(day)T\(hour):59"
                try fixture.record("\(day) \(hour)", .failed, at: time, profile: "IN_a")
            }
        }
        return fixture
    }

    @Test func coversThePeriodUpToNow() throws {
        let fixture = try filled()
        let report = try fixture.custom(
            "2026-03-03T00:00", "2026-03-04T00:00", now: "2026-03-03T13:30")
        let now = try fixture.at("2026-03-03T13:30")
        #expect(report.progress == .ongoing && report.unfinishedAt == now)
        #expect(report.covered == Period(start: report.period.start, end: now))
        #expect(report.period.end == (try fixture.at("2026-03-04T00:00")))
        // The callbacks after 13:30 have not happened yet, according to this clock.
        #expect(report.totals == Tally(failed: 3))
        #expect(report.failing.map(\.since) == [try fixture.at("2026-03-02T10:59")])
    }

    @Test func drawsNoBarsAfterNow() throws {
        let fixture = try filled()
        let report = try fixture.custom(
            "2026-03-03T00:00", "2026-03-05T00:00", now: "2026-03-03T13:30")
        #expect(report.timeline.count == 14)
        #expect(report.timeline.last?.start == (try fixture.at("2026-03-03T13:00")))
        #expect(report.timeline.last?.end == (try fixture.at("2026-03-03T13:30")))
        #expect(report.timeline.reduce(into: Tally()) { $0 += $1.tally } == report.totals)
    }

    @Test func comparesWithTheSamePartOfThePreviousPeriod() throws {
        let fixture = try filled()
        try fixture.record("first", .delivered, at: "2026-03-01T00:10")
        let report = try fixture.custom(
            "2026-03-03T00:00", "2026-03-04T00:00", now: "2026-03-03T13:30")
        let part = Period(
            start: try fixture.at("2026-03-02T00:00"), end: try fixture.at("2026-03-02T13:30"))
        #expect(report.previous == Comparison(period: part, totals: Tally(failed: 3)))
    }

    @Test func averagesTheSamePartOfEarlierDays() throws {
        let fixture = try filled()
        try fixture.record("first", .delivered, at: "2026-02-20T00:10")
        let report = try fixture.report(
            .daily, ending: "2026-03-04T17:00", now: fixture.at("2026-03-03T18:00"))
        #expect(report.progress == .ongoing)
        #expect(report.previous?.period.length == 3_600_000)
        // The whole days have seven callbacks each.
        #expect(report.average == Average(periods: 4, sums: Tally()))
    }

    @Test func aPeriodThatHasNotBegunHasNoContent() throws {
        let fixture = try filled()
        let noon = try fixture.at("2026-03-03T12:00")
        try fixture.log.setDisabled(since: noon, profile: "IN_a", company: "HA")
        let report = try fixture.custom(
            "2026-03-10T00:00", "2026-03-11T00:00", now: "2026-03-04T13:30")
        #expect(report.progress == .notBegun && report.covered.length == 0)
        #expect(report.totals == Tally() && report.timeline.isEmpty && report.troubled.isEmpty)
        #expect(report.previous == nil && report.average == nil && report.recovered == 0)
        #expect(report.notes == Notes())
    }

    @Test func silenceIsMeasuredUpToNow() throws {
        let fixture = try filled()
        let early = try fixture.custom(
            "2026-03-03T00:00", "2026-03-09T00:00", now: "2026-03-03T17:30")
        #expect(early.notes.quiet == nil)
        let late = try fixture.custom(
            "2026-03-03T00:00", "2026-03-09T00:00", now: "2026-03-08T05:00")
        #expect(late.notes.quiet == .silent(since: try fixture.at("2026-03-03T16:59")))
    }

    @Test func aStartedSecondCountsAsPast() throws {
        let fixture = try LogFixture()
        var request = try fixture.request(.daily, ending: "2026-03-04T17:00")
        request.now = try fixture.at("2026-03-04T09:00").advanced(milliseconds: 1)
        try fixture.record("a", .delivered, at: "2026-03-04T09:00")
        let report = try ReportBuilder(log: fixture.log).report(request)
        #expect(report.unfinishedAt == (try fixture.at("2026-03-04T09:00:01")))
        #expect(report.totals.delivered == 1)
        request.now = request.period.end.advanced(milliseconds: -1)
        #expect(try ReportBuilder(log: fixture.log).report(request).progress == .ended)
    }
}
