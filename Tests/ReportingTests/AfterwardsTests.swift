import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

/// Tests of what a report says about the previous reports.
@Suite struct AfterwardsTests {
    /// A daily report, as the ledger remembers it.
    private func reported(_ fixture: LogFixture, ending end: String) throws -> ReportedPeriod {
        let period = try fixture.request(.daily, ending: end).period
        let standing = try ReportBuilder(log: fixture.log).standing(
            company: "HA", atEndOf: period, AttemptFingerprints(fixture.log))
        return ReportedPeriod(period: period, standing: standing)
    }

    private func history(
        _ fixture: LogFixture, _ reported: [ReportedPeriod]
    ) throws -> ReportHistory? {
        try ReportBuilder(log: fixture.log).history(
            of: reported, company: "HA", AttemptFingerprints(fixture.log))
    }

    @Test func laterDeliveryIsRecoveredAndNotACorrection() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        try fixture.record("b", .failed, at: "2026-03-03T12:00")
        try fixture.record("c", .retrying, at: "2026-03-03T12:00")
        let last = try reported(fixture, ending: "2026-03-03T17:00")
        #expect(last.standing.tally == Tally(failed: 2, retrying: 1))
        for id in ["a", "c"] {
            try fixture.record(id, .delivered, at: "2026-03-03T18:00", number: 2)
        }
        let report = try fixture.report(
            .daily, ending: "2026-03-04T17:00", history: history(fixture, [last]))
        #expect(report.recovered == 1)
        #expect(report.corrections == nil)
        #expect(report.totals == Tally(delivered: 2))
    }

    @Test func callbacksOfEarlierPeriodsThatStillRetryAreCounted() throws {
        let fixture = try LogFixture()
        try fixture.record("long ago", .retrying, at: "2026-02-24T16:59")
        try fixture.record("week", .retrying, at: "2026-02-24T17:00")
        try fixture.record("day", .retrying, at: "2026-03-03T16:59")
        try fixture.record("done", .retrying, at: "2026-03-03T12:00")
        try fixture.record("done", .delivered, at: "2026-03-03T18:00", number: 2)
        try fixture.record("own", .retrying, at: "2026-03-03T17:00")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.earlierRetrying == 2)
        #expect(report.totals == Tally(delivered: 1, retrying: 1))
    }

    @Test func lateRecordIsACorrection() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        let last = try reported(fixture, ending: "2026-03-03T17:00")
        try fixture.record("late", .failed, at: "2026-03-03T16:00")
        try fixture.record("a", .delivered, at: "2026-03-03T16:30", number: 2)
        let report = try fixture.report(
            .daily, ending: "2026-03-04T17:00", history: history(fixture, [last]))
        #expect(report.corrections?.reported == Tally(failed: 1))
        #expect(report.corrections?.now == Tally(delivered: 1, failed: 1))
        #expect(report.lateFailures == 0)
        #expect(report.recovered == 0)
    }

    @Test func lateRecordsOfAllReportedPeriodsAreCorrections() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-03-01T12:00")
        let days = try (1...3).reversed().map {
            try reported(fixture, ending: "2026-03-0\($0)T17:00")
        }
        try fixture.record("late", .failed, at: "2026-03-01T16:59:59")
        try fixture.record("next", .failed, at: "2026-03-01T17:00")
        try fixture.record("retry", .retrying, at: "2026-03-02T17:00")
        let found = try history(fixture, days)
        #expect(found?.lastPeriod == days[0].period)
        #expect(
            found?.corrections.map(\.now) == [
                Tally(retrying: 1), Tally(failed: 1), Tally(delivered: 1, failed: 1),
            ])
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00", history: found)
        #expect(report.corrections?.period == days[0].period)
        #expect(report.earlierCorrections.map(\.period) == days.dropFirst().map(\.period))
        #expect(report.lateFailures == 2)
    }

    @Test func aPeriodWithoutAReportIsThePreviousOne() throws {
        let fixture = try LogFixture()
        let last = try reported(fixture, ending: "2026-03-02T17:00")
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        try fixture.record("a", .delivered, at: "2026-03-03T18:00", number: 2)
        try fixture.record("b", .failed, at: "2026-03-03T12:00")
        try fixture.record("late", .failed, at: "2026-03-02T12:00")
        let skipped = ReportedPeriod(
            report: 7, period: try fixture.request(.daily, ending: "2026-03-03T17:00").period,
            standing: Standing(Tally()))
        let history = try #require(
            try ReportBuilder(log: fixture.log).history(
                of: [last], skipped: [skipped], company: "HA", AttemptFingerprints(fixture.log)))
        #expect(history.revised.map(\.report) == [7, 0])
        #expect(history.unreportedFailures == 2)
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00", history: history)
        #expect(
            report.skipped == [Comparison(period: skipped.period, totals: Tally(failed: 1))])
        #expect(report.recovered == 1)
        // The last report was about an earlier period.
        #expect(report.corrections?.period == last.period)
        #expect(report.lateFailures == 1)
        let next = try fixture.report(
            .daily, ending: "2026-03-04T17:00", now: fixture.at("2026-03-03T17:00"),
            history: history)
        #expect(next.progress == .notBegun && next.skipped == [])
    }

    @Test func aPeriodIsCountedAgainOnlyIfItsAttemptsHaveChanged() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        let last = try reported(fixture, ending: "2026-03-03T17:00")
        try fixture.record("a", .delivered, at: "2026-03-03T17:00", number: 2)
        try fixture.record("b", .failed, at: "2026-03-02T16:59")
        #expect(try history(fixture, [last])?.revised == [])
        // Another company's record changes the fingerprint, but not the state.
        try fixture.record("b", .failed, at: "2026-03-03T16:59", company: "HB")
        let revised = try #require(try history(fixture, [last])?.revised.first)
        #expect(revised.standing.tally == last.standing.tally)
        #expect(revised.standing.fingerprint != last.standing.fingerprint)
        #expect(try history(fixture, [revised])?.revised == [])
        // A second record of the same attempt changes its outcome.
        try fixture.record("a", .delivered, at: "2026-03-03T12:00")
        #expect(try history(fixture, [revised])?.corrections.first?.now == Tally(delivered: 1))
    }

    @Test func prunedAttemptsAreNotACorrection() throws {
        let fixture = try LogFixture()
        // The retry at noon is pruned with the callback, although the period's end is kept.
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        try fixture.record("a", .delivered, at: "2026-03-03T18:00", number: 2)
        try fixture.record("b", .failed, at: "2026-03-04T12:00")
        let days = try ["04", "03"].map { try reported(fixture, ending: "2026-03-\($0)T17:00") }
        #expect(days[1].standing.tally == Tally(failed: 1))
        _ = try fixture.log.prune(before: fixture.at("2026-03-04T01:00"))
        #expect(try history(fixture, days)?.corrections == [])
        try fixture.record("late", .failed, at: "2026-03-04T16:00")
        #expect(try history(fixture, days)?.unreportedFailures == 1)
    }

    @Test func deliveryAfterThePeriodIsNotRecovered() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        try fixture.record("a", .delivered, at: "2026-03-04T17:00", number: 2)
        #expect(try fixture.report(.daily, ending: "2026-03-04T17:00").recovered == 0)
        #expect(try fixture.report(.daily, ending: "2026-03-05T17:00").recovered == 0)
        #expect(try fixture.custom("2026-03-04T10:00", "2026-03-05T10:00").recovered == 1)
    }
}
