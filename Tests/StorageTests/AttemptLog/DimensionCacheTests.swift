import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

/// The dimensions that a log caches from one transaction to the next.
@Suite struct DimensionCacheTests {
    let log: AttemptLog
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func record(
        _ id: String, _ profile: String, in other: AttemptLog? = nil
    ) throws(StorageError) {
        try (other ?? log).write { (writer) throws(StorageError) in
            _ = try writer.record(
                Attempt(
                    company: "HA", callbackID: id, finishedAt: Instant(seconds: 1_790_035_200),
                    outcome: .delivered, profileID: profile, origin: "http://\(profile).test"))
        }
    }

    /// Returns the profile and the origin of each callback.
    private func routes() throws -> [String] {
        try log.attempts(AttemptFilter(company: "HA"), limit: 10)
            .map { "\($0.callbackID) \($0.profileID ?? "") \($0.origin ?? "")" }.sorted()
    }

    @Test func knownDimensionsAreReused() throws {
        for id in ["c-1", "c-2", "c-3"] { try record(id, "a") }
        #expect(
            try routes() == ["c-1 a http://a.test", "c-2 a http://a.test", "c-3 a http://a.test"])
        #expect(try log.database.integer("SELECT count(*) FROM routes") == 1)
    }

    /// Numbers from a rolled back transaction are assigned again.
    @Test func rollbackOfEnclosingTransactionClearsCache() throws {
        #expect(throws: StorageError.self) {
            try log.database.transaction { () throws(StorageError) in
                try record("c-1", "a")
                throw StorageError(.failed, at: "", "stopped")
            }
        }
        try record("c-2", "b")
        try record("c-3", "a")
        #expect(try routes() == ["c-2 b http://b.test", "c-3 a http://a.test"])
        #expect(try log.verify().isGood)
    }

    @Test func rollbackClearsCache() throws {
        try log.database.executeAll(
            """
            CREATE TEMP TRIGGER stop BEFORE INSERT ON attempts WHEN new.callback_id = 'c-1'
            BEGIN SELECT RAISE(ABORT, 'stopped'); END
            """)
        #expect(throws: StorageError.self) { try record("c-1", "a") }
        try record("c-2", "b")
        try record("c-3", "a")
        #expect(try routes() == ["c-2 b http://b.test", "c-3 a http://a.test"])
        #expect(try log.verify().isGood)
    }

    @Test func restoredBackupClearsCache() throws {
        try record("c-1", "a")
        try folder.sqlite3("log.db", ".backup copy.db")
        try record("c-2", "b")
        try folder.sqlite3("log.db", ".restore copy.db")
        // Another process assigns b's former number to c.
        let other = try AttemptLog(Database(path: folder.path(of: "log.db")))
        try record("c-3", "c", in: other)
        try record("c-4", "b")
        try record("c-5", "a")
        #expect(
            try routes() == [
                "c-1 a http://a.test", "c-3 c http://c.test", "c-4 b http://b.test",
                "c-5 a http://a.test",
            ])
        #expect(try log.verify().isGood)
    }
}
