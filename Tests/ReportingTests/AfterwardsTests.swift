import CivilTime
import DeliveryLog
import Reporting
import Testing

/// Tests of what a report says about the previous report.
@Suite struct AfterwardsTests {
    private func lastReport(_ fixture: LogFixture, ending end: String) throws -> LastReport {
        let period = try fixture.request(.daily, ending: end).period
        let standing = try ReportBuilder(log: fixture.log).standing(
            company: "HA", atEndOf: period)
        return LastReport(period: period, standing: standing)
    }

    @Test func laterDeliveryIsRecoveredAndNotACorrection() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        try fixture.record("b", .failed, at: "2026-03-03T12:00")
        try fixture.record("c", .retrying, at: "2026-03-03T12:00")
        let last = try lastReport(fixture, ending: "2026-03-03T17:00")
        #expect(last.standing == Tally(failed: 2, retrying: 1))
        for id in ["a", "c"] {
            try fixture.record(id, .delivered, at: "2026-03-03T18:00", number: 2)
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00", last: last)
        #expect(report.recovered == 1)
        #expect(report.corrections == nil)
        #expect(report.totals == Tally(delivered: 2))
    }

    @Test func lateRecordIsACorrection() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T12:00")
        let last = try lastReport(fixture, ending: "2026-03-03T17:00")
        try fixture.record("late", .failed, at: "2026-03-03T16:00")
        try fixture.record("a", .delivered, at: "2026-03-03T16:30", number: 2)
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00", last: last)
        #expect(report.corrections?.reported == Tally(failed: 1))
        #expect(report.corrections?.now == Tally(delivered: 1, failed: 1))
        #expect(report.recovered == 0)
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
