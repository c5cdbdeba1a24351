import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Searches for times without records, compared with a search through all records.
@Suite struct SilenceTests {
    private static let quarter: Int64 = 900_000
    private static let start = Instant(seconds: 1_795_428_000)

    /// Records at random quarter hours of four days, of two companies.
    private func log(
        _ folder: TemporaryDirectory, at quarters: [Int64]
    ) throws -> AttemptLog {
        let log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        _ = try log.write { (writer) throws(StorageError) in
            for quarter in quarters {
                _ = try writer.record(
                    Attempt(
                        company: quarter % 3 == 0 ? "HA" : "HB", callbackID: "c\(quarter)",
                        finishedAt: Self.start.advanced(milliseconds: quarter * Self.quarter),
                        outcome: .delivered, profileID: "p"))
            }
        }
        return log
    }

    private func expected(_ length: Int64, _ period: Period, at quarters: [Int64]) -> Bool {
        let times = quarters.map { Self.start.advanced(milliseconds: $0 * Self.quarter) }
            .filter { $0 >= period.start && $0 < period.end }
        return zip(times, times.dropFirst()).contains {
            $1.milliseconds - $0.milliseconds >= length
        }
    }

    @Test(arguments: 0..<12) func `silences are found as by reading everything`(seed: UInt64) throws
    {
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryDirectory()
        let share = Int.random(in: 2...40, using: &random)
        let quarters = (0..<384).filter { _ in Int.random(in: 0..<share, using: &random) == 0 }
            .map(Int64.init)
        let log = try log(folder, at: quarters)
        if seed % 2 == 1 {
            try log.prune(before: Self.start.advanced(milliseconds: 200 * Self.quarter))
        }
        for _ in 0..<60 {
            let first = Int64.random(in: 0..<380, using: &random)
            let last = Int64.random(in: first..<384, using: &random)
            // The period ends just after a record, as in a report.
            guard let end = quarters.last(where: { $0 <= last }), end >= first else { continue }
            let period = Period(
                start: Self.start.advanced(milliseconds: first * Self.quarter),
                end: Self.start.advanced(milliseconds: end * Self.quarter + 1))
            let length = Int64.random(in: 4 * Self.quarter...60 * Self.quarter, using: &random)
            #expect(
                try log.hasSilence(of: length, in: period)
                    == expected(length, period, at: quarters),
                "\(length) in \(first)...\(end) of \(quarters)")
        }
    }
}
