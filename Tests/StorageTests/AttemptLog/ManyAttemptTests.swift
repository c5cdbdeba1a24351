import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Logs in which one id belongs to very many attempts, such as those with a wrong field mapping.
@Suite struct ManyAttemptTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func attempt(_ number: Int, outcome: Outcome = .failed) -> Attempt {
        Attempt(
            company: "HA", callbackID: "same", number: number,
            finishedAt: Instant(seconds: 1_790_000_000 + Int64(number)), outcome: outcome,
            reason: .timeout)
    }

    private func record(
        _ attempts: [Attempt], in log: AttemptLog
    ) throws(StorageError) -> [RecordResult] {
        try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
    }

    @Test func timeGrowsWithTheirNumber() throws {
        var files = 0
        let growth = try ProcessorTime.growth(from: 2000) { count in
            (1...count).map { attempt($0) }
        } _: { attempts in
            files += 1
            let path = folder.path(of: "\(files).db")
            _ = try record(attempts, in: AttemptLog(Database(path: path)))
        }
        #expect(growth < 3)
    }

    /// In any order, repeated and corrected, with more attempts than are looked at.
    @Test(arguments: [1, 2, 3] as [UInt64]) func eachIsRecordedOnce(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        let count = 4 * AttemptStore.latestCount
        var results: [RecordResult] = []
        for part in 0..<3 {
            let attempts = (1...count).filter { ($0 + part) % 3 > 0 }.shuffled(using: &random)
            results += try record(attempts.map { attempt($0) }, in: log)
        }
        #expect(results.filter { $0 == .added }.count == count)
        #expect(results.filter { $0 == .duplicate }.count == count)
        #expect(try record([attempt(3, outcome: .delivered)], in: log) == [.replaced])
        let all = Period(start: Instant(seconds: 0), end: Instant(seconds: 1 << 32))
        #expect(try log.tally(company: "HA", in: all) == Tally(failed: 1))
        #expect(try log.database.integer("SELECT count(*) FROM attempts") == count)
        #expect(try log.verify().isGood)
    }
}
