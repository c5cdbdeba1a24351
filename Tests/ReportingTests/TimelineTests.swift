import CivilTime
import DeliveryLog
import Reporting
import TestSupport
import Testing

@Suite struct TimelineTests {
    @Test(arguments: [("2026-03-29T17:00", 23), ("2026-10-25T17:00", 25), ("2026-06-01T17:00", 24)])
    func dayHasOneBarPerHour(end: String, hours: Int) throws {
        let report = try LogFixture().report(.daily, ending: end)
        #expect(report.timeline.count == hours)
        #expect(report.period.length == Int64(hours) * 3_600_000)
    }

    @Test func weekWithClockChangeHasSevenDaysAtFive() throws {
        let fixture = try LogFixture()
        let report = try fixture.report(.weekly, ending: "2026-04-01T17:00")
        let hours = report.timeline.map { fixture.zone.civil($0.start).time.hour }
        #expect(hours == Array(repeating: 17, count: 7))
    }

    @Test func skippedDayHasNoBar() throws {
        let fixture = try LogFixture(zone: "Pacific/Apia")
        let report = try fixture.report(.weekly, ending: "2012-01-04T17:00")
        #expect(report.timeline.count == 6)
    }

    /// Random callbacks in a month that contains a change of the clocks.
    private func filled() throws -> LogFixture {
        let fixture = try LogFixture()
        var random = SeededRandom(seed: 11)
        let start = try fixture.at("2026-02-20T00:00")
        let attempts = (0..<4000).map { index in
            Attempt(
                company: "HA", callbackID: "c\(index % 2500)",
                finishedAt: start.advanced(
                    seconds: Int64.random(in: 0..<70 * 86_400, using: &random)),
                outcome: Outcome.allCases[Int.random(in: 0..<3, using: &random)])
        }
        try fixture.record(attempts)
        return fixture
    }

    @Test func barsEndWhereTheNextOneStarts() throws {
        let fixture = try LogFixture()
        for frequency in [Frequency.daily, .weekly, .monthly] {
            let report = try fixture.report(frequency, ending: "2026-03-25T17:00")
            #expect(
                report.timeline.dropFirst().map(\.start) == report.timeline.dropLast().map(\.end))
            #expect(report.timeline.last?.end == report.period.end)
        }
    }

    @Test func omitsBarsBeforeTheLogBegins() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .retrying, at: "2026-03-09T17:00:01")
        try fixture.record("b", .delivered, at: "2026-03-10T12:00")
        let report = try fixture.report(.weekly, ending: "2026-03-11T17:00")
        #expect(
            report.timeline.map(\.start) == [
                try fixture.at("2026-03-09T17:00"), try fixture.at("2026-03-10T17:00"),
            ])
        #expect(report.timeline.map(\.tally.callbacks) == [2, 0])
        #expect(report.notes.logBegins == (try fixture.at("2026-03-09T17:00:01")))
        #expect(try fixture.report(.weekly, ending: "2026-03-18T17:00").notes.logBegins == nil)
        #expect(try fixture.report(.weekly, ending: "2026-03-18T17:00").timeline.count == 7)
    }

    @Test func barsAddUpToTheTotals() throws {
        let fixture = try filled()
        for (frequency, end) in [
            (Frequency.daily, "2026-03-29T17:00"), (.weekly, "2026-04-01T17:00"),
            (.monthly, "2026-04-25T17:00"),
        ] {
            let report = try fixture.report(frequency, ending: end)
            #expect(report.timeline.reduce(into: Tally()) { $0 += $1.tally } == report.totals)
            #expect(report.totals.callbacks > 0)
        }
    }

    @Test func daysAddUpToTheMonth() throws {
        let fixture = try filled()
        let month = try fixture.report(.monthly, ending: "2026-04-25T17:00")
        let daily = Schedule(frequency: .daily, zone: fixture.zone)
        var sum = Tally()
        for end in daily.occurrences(after: month.period.start, through: month.period.end) {
            let request = ReportRequest(
                company: fixture.company, zone: fixture.zone, schedule: daily,
                period: daily.period(endingAt: end), now: end)
            sum += try ReportBuilder(log: fixture.log).report(request).totals
        }
        #expect(sum == month.totals)
    }
}
