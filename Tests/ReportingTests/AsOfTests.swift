import CivilTime
import DeliveryLog
import Reporting
import Storage
import TestSupport
import Testing

/// Reports as of an earlier time, compared with reports of a log that ends then.
@Suite struct AsOfTests {
    /// Attempts at 400 callbacks in 40 days: retried within minutes or days, some out of order, some
    /// without numbers, some at another endpoint with the same ID.
    private func attempts(from start: Instant, _ random: inout SeededRandom) -> [Attempt] {
        (0..<400).flatMap { callback in
            var time = start.advanced(
                milliseconds: Int64.random(in: 0..<40 * 86_400_000, using: &random))
            let isNumbered = Bool.random(using: &random)
            let profiles = ["p\(callback % 3)", "p\((callback + Int(random.next() % 9 / 8)) % 3)"]
            return (1...Int.random(in: 1...4, using: &random)).map { number in
                let waits: [Int64] = [1, 60_000, 900_000, 7_200_000, 86_400_000, 432_000_000]
                time = time.advanced(milliseconds: waits.randomElement(using: &random) ?? 0)
                let outcome = Outcome.allCases.randomElement(using: &random) ?? .failed
                return Attempt(
                    company: callback % 7 == 0 ? "HB" : "HA", callbackID: "c\(callback)",
                    number: isNumbered ? (number == 3 ? 1 : number) : 1, finishedAt: time,
                    outcome: outcome,
                    reason: outcome == .delivered
                        ? nil : Reason.allCases.randomElement(using: &random),
                    profileID: profiles.randomElement(using: &random),
                    channel: ["sms", "voice", nil][callback % 3],
                    durationMilliseconds: Int.random(in: 1...500, using: &random))
            }
        }
    }

    /// Returns requests for reports at a time: the last complete periods, ongoing ones, and a custom
    /// one with odd ends.
    private func requests(_ fixture: LogFixture, at now: Instant) -> [ReportRequest] {
        func request(_ schedule: Schedule?, _ period: Period) -> ReportRequest {
            ReportRequest(
                company: fixture.company, zone: fixture.zone, schedule: schedule, period: period,
                now: now, isAsOfNow: true)
        }
        let scheduled = [Frequency.daily, .weekly, .monthly].flatMap { frequency in
            let schedule = Schedule(frequency: frequency, zone: fixture.zone)
            return [schedule.occurrence(atOrBefore: now), schedule.occurrence(after: now)].map {
                request(schedule, schedule.period(endingAt: $0))
            }
        }
        let odd = Period(
            start: now.advanced(milliseconds: -200_000_001),
            end: now.advanced(milliseconds: -77_777))
        return scheduled + [request(nil, odd)]
    }

    @Test(arguments: 1...6) func aReportEqualsThatOfALogThatEndsThen(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let full = try LogFixture()
        let start = try full.at("2026-03-01T00:00")
        let all = attempts(from: start, &random)
        try full.record(all)
        var hasMoved = false
        for _ in 0..<3 {
            let now = start.advanced(seconds: Int64.random(in: 0..<3_600_000, using: &random))
            let cut = try LogFixture()
            try cut.record(all.filter { $0.finishedAt < now })
            for request in requests(full, at: now) {
                let report = try ReportBuilder(log: full.log).report(request)
                let expected = try ReportBuilder(log: cut.log).report(request)
                expectEqual(report, expected)
                var other = request
                other.isAsOfNow = false
                let restated = try ReportBuilder(log: full.log).report(other)
                hasMoved = hasMoved || restated.totals != report.totals
            }
        }
        #expect(hasMoved)
    }

    private func expectEqual(_ report: Report, _ expected: Report) {
        #expect(report.totals == expected.totals)
        #expect(report.previous == expected.previous)
        #expect(report.average == expected.average)
        #expect(report.endpoints == expected.endpoints)
        #expect(report.troubled == expected.troubled)
        #expect(report.channels == expected.channels)
        #expect(report.reasons == expected.reasons)
        #expect(report.timeline == expected.timeline)
        #expect(report.latency == expected.latency)
        #expect(report.recovered == expected.recovered)
        #expect(report.notes.logBegins == expected.notes.logBegins)
        // The order of the two endpoints depends on the order of arrival.
        #expect(report.notes.shared.hidden == expected.notes.shared.hidden)
        let (shared, other) = (report.notes.shared.example, expected.notes.shared.example)
        #expect(shared?.callbackID == other?.callbackID)
    }

    @Test func prunedAttemptsAreMentionedIfTheyMayBeMissing() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .failed, at: "2026-03-03T10:00")
        try fixture.record("a", .delivered, at: "2026-03-04T10:00", number: 2)
        func report(_ now: String) throws -> Report {
            var request = try fixture.request(
                .daily, ending: "2026-03-03T17:00", now: fixture.at(now))
            request.isAsOfNow = true
            return try ReportBuilder(log: fixture.log).report(request)
        }
        #expect(try report("2026-03-03T17:00").totals == Tally(failed: 1))
        _ = try fixture.log.prune(before: fixture.at("2026-03-10T12:00"))
        #expect(try report("2026-03-03T17:00").notes.pruned?.lacksRetried == true)
        #expect(try report("2026-03-10T17:00").notes.pruned == nil)
    }
}
