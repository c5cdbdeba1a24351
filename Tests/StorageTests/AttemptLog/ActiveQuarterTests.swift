import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Quarter hours with attempts, compared with a search through all attempts.
@Suite struct ActiveQuarterTests {
    private static let quarter: Int64 = 900_000
    private static let start = Instant(seconds: 1_795_428_000)

    private func attempts(_ random: inout SeededRandom) -> [Attempt] {
        (0..<200).map { number in
            let time = Int64.random(in: 0..<4 * 86_400_000, using: &random)
            return Attempt(
                company: ["HA", "HB", "HC"][number % 3], callbackID: "c\(number / 4)",
                number: number % 4 + 1, finishedAt: Self.start.advanced(milliseconds: time),
                outcome: number % 2 == 0 ? .retrying : .delivered, profileID: "p\(number % 5)")
        }
    }

    private func quarters(_ attempts: [Attempt], in period: Period) -> [Instant] {
        let first = period.start.rounded(downTo: Self.quarter)
        let all = Set(attempts.map { $0.finishedAt.rounded(downTo: Self.quarter) })
        return all.filter { first <= $0 && $0 < period.end }.sorted()
    }

    private func period(_ random: inout SeededRandom) -> Period {
        let length: Int64 = 4 * 86_400_000
        let first = Int64.random(in: 0..<length, using: &random)
        let last = Int64.random(in: first + 1...length, using: &random)
        return Period(
            start: Self.start.advanced(milliseconds: first),
            end: Self.start.advanced(milliseconds: last))
    }

    @Test(arguments: 1...4) func `all quarter hours with attempts are found`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryDirectory()
        let log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        let all = attempts(&random)
        _ = try log.write { (writer) throws(StorageError) in
            for attempt in all { _ = try writer.record(attempt) }
        }
        for _ in 0..<40 {
            let period = period(&random)
            #expect(try log.quartersWithAttempts(in: period) == quarters(all, in: period))
            let before = Period(start: Self.start, end: period.start.rounded(downTo: Self.quarter))
            #expect(
                try log.lastQuarterWithAttempts(before: period.start)
                    == quarters(all, in: before).last)
        }
    }

    @Test func `after pruning, the quarter hours of the latest attempts remain`() throws {
        var random = SeededRandom(seed: 5)
        let folder = try TemporaryDirectory()
        let log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        let all = attempts(&random)
        _ = try log.write { (writer) throws(StorageError) in
            for attempt in all { _ = try writer.record(attempt) }
        }
        try log.prune(before: Self.start.advanced(seconds: 2 * 86_400))
        let whole = Period(start: Self.start, end: Self.start.advanced(seconds: 4 * 86_400))
        let latest = Dictionary(grouping: all) { "\($0.company) \($0.callbackID)" }.values
            .compactMap { $0.max { ($0.number, $0.finishedAt) < ($1.number, $1.finishedAt) } }
        let found = Set(try log.quartersWithAttempts(in: whole))
        #expect(found.isSuperset(of: quarters(latest, in: whole)))
        #expect(found.isSubset(of: quarters(all, in: whole)))
        for hour in (1...96 as ClosedRange<Int64>) {
            let end = Self.start.advanced(seconds: hour * 3_600)
            let last = found.filter { $0 < end }.max()
            #expect(try log.lastQuarterWithAttempts(before: end) == last)
            let next = last?.advanced(milliseconds: Self.quarter) ?? end
            let attempt = try log.lastAttempt(before: end)
            #expect(attempt ?? end <= next)
            let since = attempt ?? Self.start
            #expect(!latest.contains { since < $0.finishedAt && $0.finishedAt < end })
        }
    }
}
