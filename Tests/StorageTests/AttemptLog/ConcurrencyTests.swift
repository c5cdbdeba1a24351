import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

/// Two connections to one log, as in two processes.
@Suite struct ConcurrencyTests {
    let folder: TemporaryDirectory
    let time = Instant(seconds: 1_790_035_200)

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func record(_ log: AttemptLog, _ ids: some Sequence<Int>, _ from: Instant) throws {
        try log.write { (writer) throws(StorageError) in
            for index in ids {
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c\(index)",
                        finishedAt: from.advanced(seconds: Int64(index)), outcome: .delivered))
            }
        }
    }

    @Test func otherWriterProceedsBetweenPruningSteps() throws {
        let path = folder.path(of: "log.db")
        let log = try AttemptLog(Database(path: path))
        try record(log, 0..<5000, time.advanced(seconds: -86_400))
        // Without a timeout, the other connection fails at once if pruning holds the lock between
        // steps.
        let other = try AttemptLog(Database(path: path, timeout: 0))
        var written = 0
        var failures: [any Error] = []
        let dropped = try log.prune(before: time) { _ in
            do {
                try record(other, [10_000 + written], time)
                written += 1
            } catch {
                failures.append(error)
            }
        }
        #expect(dropped.attempts == 5000)
        #expect(failures.isEmpty)
        #expect(written == 3)
        #expect(try log.verify().isGood)
    }

    @Test func interruptedPruningContinues() throws {
        let database = try Database(path: folder.path(of: "log.db"))
        let log = try AttemptLog(database)
        try record(log, 0..<5000, time.advanced(seconds: -86_400))
        try database.executeAll(
            """
            CREATE TEMP TRIGGER stop BEFORE DELETE ON attempts
            WHEN (SELECT count(*) FROM attempts) <= 2500
            BEGIN SELECT RAISE(ABORT, 'killed'); END
            """)
        #expect(throws: StorageError.self) { try log.prune(before: time) }
        #expect(try database.integer("SELECT count(*) FROM attempts") == 3000)
        #expect(try log.verify().isGood)
        try database.execute("DROP TRIGGER stop")
        #expect(try log.prune(before: time).attempts == 3000)
    }
}
