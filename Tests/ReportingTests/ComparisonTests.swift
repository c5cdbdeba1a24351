import CivilTime
import DeliveryLog
import Reporting
import Testing

@Suite struct ComparisonTests {
    @Test func firstReportHasNoComparison() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-03-03T18:00")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.totals == Tally(delivered: 1))
        #expect(report.previous == nil)
        #expect(report.average == nil)
    }

    @Test func comparesWithThePreviousPeriod() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-02T17:00")
        try fixture.record("b", .delivered, at: "2026-03-03T16:59:59")
        try fixture.record("c", .delivered, at: "2026-03-03T17:00")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.totals == Tally(delivered: 1))
        #expect(report.previous?.totals == Tally(delivered: 1, failed: 1))
        #expect(report.previous?.period.end == report.period.start)
        #expect(report.average == Average(periods: 1, sums: Tally(delivered: 1, failed: 1)))
    }

    @Test func earlierPeriodsAreCountedAtTheAgeOfThePeriod() throws {
        let fixture = try LogFixture()
        for day in 1...7 {
            let time = "2026-03-0\(day)T12:00"
            try fixture.record("done \(day)", .delivered, at: time)
            try fixture.record("c\(day)", .retrying, at: time)
            try fixture.record("c\(day)", .failed, at: "2026-03-0\(day + 1)T13:00", number: 2)
        }
        let day = Tally(delivered: 1, failed: 1, retrying: 1)
        for (now, retrying) in [("06T17:59", 1), ("07T13:14", 1), ("07T13:15", 0)] {
            let report = try fixture.report(
                .daily, ending: "2026-03-06T17:00", now: fixture.at("2026-03-\(now)"))
            let earlier = Tally(delivered: 1, failed: 1, retrying: retrying)
            #expect(report.previous?.totals == earlier)
            let sums = Tally(delivered: 4, failed: 4, retrying: 4 * retrying)
            #expect(report.average == Average(periods: 4, sums: sums))
        }
        let part = try fixture.report(
            .daily, ending: "2026-03-06T17:00", now: fixture.at("2026-03-06T12:30"))
        #expect(part.previous?.totals == Tally(delivered: 1, retrying: 1))
        let custom = try fixture.custom("2026-03-06T12:00", "2026-03-07T12:00")
        #expect(custom.previous?.totals == day)
    }

    @Test func aReportedPeriodIsNotCountedAgain() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-03-01T12:00")
        let period = try fixture.request(.daily, ending: "2026-03-03T17:00").period
        var history = ReportHistory(lastPeriod: period)
        history.standings[period] = Tally(delivered: 10, failed: 2)
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00", history: history)
        #expect(report.previous?.totals == Tally(delivered: 10, failed: 2))
        #expect(report.average == Average(periods: 2, sums: Tally(delivered: 10, failed: 2)))
        let late = try fixture.report(
            .daily, ending: "2026-03-04T17:00", now: fixture.at("2026-03-04T18:00"),
            history: history)
        #expect(late.previous?.totals == Tally())
    }

    @Test func averagesTheLastFourPeriods() throws {
        let fixture = try LogFixture()
        for day in 1...7 {
            for index in 0..<day {
                try fixture.record("\(day)-\(index)", .delivered, at: "2026-03-0\(day)T12:00")
            }
        }
        let report = try fixture.report(.daily, ending: "2026-03-07T17:00")
        #expect(report.totals.delivered == 7)
        #expect(report.average == Average(periods: 4, sums: Tally(delivered: 3 + 4 + 5 + 6)))
    }

    @Test func ignoresAPartlyCoveredPeriod() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-03-01T18:00")
        try fixture.record("b", .delivered, at: "2026-03-03T16:00")
        try fixture.record("c", .delivered, at: "2026-03-04T16:00")
        let first = try fixture.report(.daily, ending: "2026-03-03T17:00")
        #expect(first.previous == nil)
        #expect(first.average == nil)
        let second = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(second.previous?.totals == Tally(delivered: 1))
        #expect(second.average == Average(periods: 1, sums: Tally(delivered: 1)))
    }

    @Test func aDayMayLackItsFirstHour() throws {
        for (first, isCompared) in [("17:59:59", true), ("18:00", false)] {
            let fixture = try LogFixture()
            try fixture.record("a", .delivered, at: "2026-03-02T\(first)")
            let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
            #expect((report.previous != nil) == isCompared)
        }
    }

    @Test(arguments: [
        (Frequency.weekly, "04T18:40", true), (.weekly, "04T18:41", false),
        (.monthly, "01T00:00", false),
    ])
    func aLongPeriodMayLackOnePercent(
        frequency: Frequency, first: String, isCompared: Bool
    ) throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-03-\(first)")
        let end = frequency == .weekly ? "2026-03-18T17:00" : "2026-04-25T17:00"
        let report = try fixture.report(frequency, ending: end)
        #expect((report.previous != nil) == isCompared)
        #expect((report.average != nil) == isCompared)
    }

    @Test func aCustomPeriodMayLackOnePercent() throws {
        for (first, isCompared) in [("17:59:59", true), ("18:00", false)] {
            let fixture = try LogFixture()
            try fixture.record("a", .delivered, at: "2026-03-02T\(first)")
            let report = try fixture.custom("2026-03-05T17:00", "2026-03-08T17:00")
            #expect((report.previous != nil) == isCompared)
        }
    }

    @Test func customPeriodIsComparedWithThePrecedingSpan() throws {
        let fixture = try LogFixture()
        try fixture.record("first", .delivered, at: "2026-03-02T09:00")
        try fixture.record("a", .failed, at: "2026-03-02T10:07")
        try fixture.record("b", .delivered, at: "2026-03-02T10:14")
        let report = try fixture.custom("2026-03-02T10:10", "2026-03-02T10:20")
        #expect(report.totals == Tally(delivered: 1))
        #expect(report.previous?.totals == Tally(failed: 1))
        #expect(report.average == nil)
    }

    @Test func shorterPeriodIsMarkedAndComparedWithAFullOne() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-02T17:59:59")
        var request = try fixture.request(.daily, ending: "2026-03-04T17:00")
        request.period = Period(start: try fixture.at("2026-03-04T09:00"), end: request.period.end)
        let report = try ReportBuilder(log: fixture.log).report(request)
        #expect(report.notes.hasUnusualLength)
        #expect(report.previous?.period.length == Int64(86_400_000))
        #expect(report.previous?.totals == Tally(failed: 1))
    }
}
