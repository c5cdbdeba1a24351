import CivilTime
import DeliveryLog
import ReportDelivery
import Reporting
import SQL
import Settings
import Storage
import TestSupport
import Testing

/// Failures that are recorded after the report of their period was sent.
@Suite struct LateFailureTests {
    /// Returns the numbers of late failures in the reports, oldest report first.
    private func lateFailures(
        _ fixture: RunFixture, _ frequency: Frequency = .daily
    ) throws -> [Int] {
        try numbers("lateFailures", fixture, frequency)
    }

    /// Returns the values of a key in the reports, oldest report first.
    private func numbers(
        _ key: String, _ fixture: RunFixture, _ frequency: Frequency = .daily
    ) throws -> [Int] {
        try reports(fixture, frequency).map { entry in
            let json = try #require(try fixture.ledger.form(.json, ofReport: entry.id))
            let value = json.split(separator: "\"\(key)\": ").last?.prefix {
                $0.isNumber
            }
            return try #require(value.flatMap { Int($0) })
        }
    }

    private func reports(_ fixture: RunFixture, _ frequency: Frequency) throws -> [ReportEntry] {
        try fixture.ledger.history().reversed().filter {
            $0.kind == .report(frequency) && $0.number != nil
        }
    }

    /// A fixture that has sent a daily report on the first four days of March.
    private func fixture(_ report: String = RunFixture.daily) throws -> RunFixture {
        let fixture = try RunFixture(report)
        try fixture.run("2026-02-28T17:30")
        for day in 1...4 {
            try fixture.record("\(day)", .delivered, at: "2026-03-0\(day)T10:00")
            try fixture.run("2026-03-0\(day)T17:00")
        }
        return fixture
    }

    @Test func failuresOfAnyEarlierPeriodAreInTheNextReportOnly() throws {
        let fixture = try fixture()
        for id in ["a", "b", "c"] { try fixture.record(id, .failed, at: "2026-03-01T18:00") }
        try fixture.record("d", .failed, at: "2026-03-04T16:00")
        for day in 5...7 {
            try fixture.record("\(day)", .delivered, at: "2026-03-0\(day)T10:00")
            try fixture.run("2026-03-0\(day)T17:00")
        }
        #expect(try lateFailures(fixture) == [0, 0, 0, 0, 4, 0, 0])
        let id = try reports(fixture, .daily)[4].id
        let text = try #require(try fixture.ledger.form(.text, ofReport: id))
        #expect(text.contains("Needs attention: 4 earlier callbacks failed (recorded late)\n"))
        #expect(text.contains("--from 2026-03-01T17:00 --to 2026-03-04T17:00\n"))
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("Sun 1 Mar, 17:00 to Mon 2 Mar, 17:00: 3 failed (reported: 0)."))
    }

    @Test func aReportThatIsCreatedAgainDescribesTheSameFailures() throws {
        let fixture = try fixture()
        try fixture.record("a", .failed, at: "2026-03-01T18:00")
        try fixture.record("b", .failed, at: "2026-03-04T16:00")
        try fixture.run("2026-03-05T17:00")
        try fixture.run("2026-03-06T17:00")
        let company = fixture.configuration.companies[0]
        let composer = try fixture.composer()
        for (day, late) in [("05", 2), ("06", 0)] {
            let end = try fixture.at("2026-03-\(day)T17:00")
            let report = try fixture.ledger.lastReport(
                of: company, company.reports[0].schedule, endingBy: end, by: composer)
            #expect(report.lateFailures == late)
        }
    }

    @Test func everySeriesDescribesThem() throws {
        let fixture = try fixture(RunFixture.all)
        for day in 5...11 { try fixture.run("2026-03-\(day < 10 ? "0" : "")\(day)T17:00") }
        try fixture.record("a", .failed, at: "2026-03-04T18:00")
        try fixture.record("b", .failed, at: "2026-03-03T18:00")
        for day in 12...18 { try fixture.run("2026-03-\(day)T17:00") }
        #expect(try lateFailures(fixture).reduce(0, +) == 2)
        #expect(try lateFailures(fixture, .weekly) == [0, 0, 2])
    }

    @Test func aReportThatIsSkippedIfEmptyIsSentForThem() throws {
        let daily = "daily: {emailAddresses: 'a@example.com', skipEmpty: true}"
        let fixture = try fixture(daily)
        try fixture.run("2026-03-05T17:00")
        try fixture.record("a", .failed, at: "2026-03-05T16:00")
        try fixture.record("b", .failed, at: "2026-03-02T16:00")
        try fixture.run("2026-03-06T17:00")
        try fixture.run("2026-03-07T17:00")
        #expect(try lateFailures(fixture) == [0, 0, 0, 0, 2])
        #expect(
            try fixture.ledger.history().map { $0.number == nil } == [true, false, true]
                + Array(repeating: false, count: 4))
    }

    @Test func areReportedAgainIfTheReportIsDeleted() throws {
        let fixture = try fixture()
        try fixture.record("a", .failed, at: "2026-03-01T18:00")
        try fixture.run("2026-03-05T17:00")
        #expect(try lateFailures(fixture) == [0, 0, 0, 0, 1])
        _ = try fixture.ledger.setBack(to: fixture.at("2026-03-05T12:00"))
        try fixture.run("2026-03-05T17:00")
        try fixture.run("2026-03-06T17:00")
        #expect(try lateFailures(fixture) == [0, 0, 0, 0, 1, 0])
    }

    @Test func failuresOfSkippedReportsAreInTheNextReportOnly() throws {
        let fixture = try RunFixture(top: "catchUp: 2,")
        try fixture.run("2026-02-28T17:30")
        try fixture.record("1", .delivered, at: "2026-03-01T10:00")
        try fixture.run("2026-03-01T17:00")
        for id in ["a", "b"] { try fixture.record(id, .failed, at: "2026-03-02T10:00") }
        try fixture.record("a", .delivered, at: "2026-03-04T10:00", number: 2)
        try fixture.record("c", .failed, at: "2026-03-03T18:00")
        try fixture.record("d", .failed, at: "2026-03-05T18:00")
        for day in ["06", "07"] { try fixture.run("2026-03-\(day)T17:00") }
        // The reports of 2 to 4 March are skipped. Callback a has been delivered in the meantime.
        #expect(try numbers("skippedFailures", fixture) == [0, 2, 0, 0])
        #expect(try lateFailures(fixture) == [0, 0, 0, 0])
        let id = try reports(fixture, .daily)[1].id
        let text = try #require(try fixture.ledger.form(.text, ofReport: id))
        #expect(text.contains("attention: 2 earlier callbacks failed (not reported before)\n"))
        #expect(text.contains("--from 2026-03-01T17:00 --to 2026-03-04T17:00\n"))
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let sentences = """
            * No report was sent for Tue 3 Mar, 17:00 to Wed 4 Mar, 17:00: 1 failed, 1 delivered. * No \
            report was sent for Sun 1 Mar, 17:00 to Mon 2 Mar, 17:00: 1 failed. * No report was sent \
            for 1 other earlier period: no callbacks.
            """
        #expect(words.contains(sentences))
    }

    @Test func lateFailuresOfASkippedReportFollowInALaterOne() throws {
        let fixture = try RunFixture(top: "catchUp: 1,")
        try fixture.run("2026-02-28T17:30")
        try fixture.record("a", .failed, at: "2026-03-02T10:00")
        try fixture.run("2026-03-03T17:00")
        try fixture.record("b", .failed, at: "2026-03-02T11:00")
        try fixture.record("c", .failed, at: "2026-03-01T11:00")
        for day in ["04", "05"] { try fixture.run("2026-03-\(day)T17:00") }
        #expect(try numbers("skippedFailures", fixture) == [1, 0, 0])
        #expect(try lateFailures(fixture) == [0, 2, 0])
    }

    @Test func aReportIsSentForFailuresOfSkippedReportsEvenIfItIsEmpty() throws {
        let daily = "daily: {emailAddresses: 'a@example.com', skipEmpty: true}"
        let fixture = try RunFixture(daily, top: "catchUp: 1,")
        try fixture.run("2026-02-28T17:30")
        try fixture.record("a", .failed, at: "2026-03-02T10:00")
        for day in ["04", "05"] { try fixture.run("2026-03-\(day)T17:00") }
        #expect(try numbers("skippedFailures", fixture) == [1])
    }

    @Test func aReportThatIsCreatedAgainDescribesTheSameSkippedReports() throws {
        let fixture = try RunFixture(top: "catchUp: 1,")
        try fixture.run("2026-02-28T17:30")
        try fixture.record("a", .failed, at: "2026-03-02T10:00")
        for day in ["04", "05"] { try fixture.run("2026-03-\(day)T17:00") }
        let company = fixture.configuration.companies[0]
        for (day, failed) in [("03", 1), ("04", 1), ("05", 0)] {
            let report = try fixture.ledger.lastReport(
                of: company, company.reports[0].schedule,
                endingBy: fixture.at("2026-03-\(day)T17:00"), by: fixture.composer())
            #expect(report.skippedFailures == failed)
        }
    }

    @Test func olderLedgersHaveNoFingerprints() throws {
        let fixture = try fixture()
        try fixture.database.execute("UPDATE reports SET fingerprint = NULL")
        try fixture.record("a", .failed, at: "2026-03-01T18:00")
        try fixture.run("2026-03-05T17:00")
        try fixture.run("2026-03-06T17:00")
        #expect(try lateFailures(fixture) == [0, 0, 0, 0, 1, 0])
    }

    /// Records of four weeks arrive in random order, up to a month late, and some are corrected. With
    /// odd seeds, runs are missed, and not all reports are sent later. At the end, the reports have
    /// described all failures, including late ones and those of skipped reports.
    @Test(arguments: 1...4) func everyFailureIsInOneReport(seed: Int) throws {
        let fixture = try RunFixture(
            "daily: {emailAddresses: 'a@example.com'}", top: "catchUp: 2,")
        try fixture.run("2026-02-28T17:30")
        let missesRuns = seed % 2 == 1
        var random = SeededRandom(seed: UInt64(seed))
        let first = try fixture.at("2026-02-28T17:00")
        let days: Int64 = 28
        var arrivals: [Int64: [Attempt]] = [:]
        for number in 0..<600 {
            let time = Int64.random(in: 0..<days * 86_400, using: &random)
            let attempt = Attempt(
                company: "HA", callbackID: "c\(number)", number: 1,
                finishedAt: first.advanced(seconds: time),
                outcome: Outcome.allCases[Int.random(in: 0..<3, using: &random)])
            let delay = Bool.random(using: &random) ? 0 : Int64.random(in: 0...25, using: &random)
            arrivals[time / 86_400 + delay, default: []].append(attempt)
        }
        var told: [Instant: Int] = [:]
        for day in 0..<days + 31 {
            try fixture.record(arrivals[day] ?? [])
            if missesRuns, day < days + 30, day % 6 != 5 { continue }
            try fixture.run(first.advanced(seconds: (day + 1) * 86_400))
        }
        for entry in try reports(fixture, .daily) {
            let json = try #require(try fixture.ledger.form(.json, ofReport: entry.id))
            for (end, failed) in try Self.failures(json) {
                // A correction continues where the last report ended.
                #expect(failed.before == told[end] ?? 0)
                told[end] = failed.now
            }
        }
        let failures = arrivals.values.joined().filter { $0.outcome == .failed }
        #expect(told.values.reduce(0, +) == failures.count)
        #expect(try lateFailures(fixture).reduce(0, +) > 20)
        #expect((try numbers("skippedFailures", fixture).reduce(0, +) > 20) == missesRuns)
    }

    /// Returns the failed callbacks that a report describes, by the end of their period: those of
    /// its own period, and those of corrections before and after.
    private static func failures(
        _ json: String
    ) throws -> [(end: Instant, failed: (before: Int, now: Int))] {
        let lines = try PythonCheck.run("json_flat", input: json).split(separator: "\n")
        var values: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1)
            values[String(parts[0])] = parts[1].trimming { $0 == "'" }
        }
        func end(_ key: String) throws -> Instant {
            try #require(values["\(key)period.end"].flatMap { Instant(rfc3339: $0) })
        }
        func number(_ key: String) throws -> Int {
            try #require(values[key].flatMap { Int($0) }, "\(key)")
        }
        var found = [(end: try end(""), failed: (before: 0, now: try number("totals.failed")))]
        let keys = ["corrections"] + (0..<40).map { "earlierCorrections[\($0)]" }
        for key in keys where values["\(key).period.end"] != nil {
            found.append(
                (
                    end: try end("\(key)."),
                    failed: (
                        before: try number("\(key).reported.failed"),
                        now: try number("\(key).now.failed")
                    )
                ))
        }
        for key in (0..<40).map({ "skippedPeriods[\($0)]" })
        where values["\(key).period.end"] != nil {
            let failed = try number("\(key).totals.failed")
            found.append((end: try end("\(key)."), failed: (before: 0, now: failed)))
        }
        return found
    }
}

extension Substring {
    fileprivate func trimming(_ isOuter: (Character) -> Bool) -> String {
        var rest = self
        while let first = rest.first, isOuter(first) { rest.removeFirst() }
        while let last = rest.last, isOuter(last) { rest.removeLast() }
        return String(rest)
    }
}
