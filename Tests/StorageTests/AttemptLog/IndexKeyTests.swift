import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The key of the hashes of callbacks, and files from before there was one.
@Suite struct IndexKeyTests {
    private let folder: TemporaryDirectory
    private let database: Database

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
    }

    private func open(_ name: String) throws -> AttemptLog {
        try AttemptLog(Database(path: folder.path(of: name)))
    }

    private func attempt(_ id: String) -> Attempt {
        Attempt(
            company: "HA", callbackID: id, finishedAt: Instant(seconds: 1_790_035_200),
            outcome: .delivered)
    }

    private func record(
        _ ids: [String], in log: AttemptLog
    ) throws(StorageError) -> [RecordResult] {
        try log.write { (writer) throws(StorageError) in try writer.record(ids.map(attempt)) }
    }

    /// The hash of version 1.0, MurmurHash64A with the company as its seed.
    private func formerHash(_ id: String, seed: UInt64) -> UInt64 {
        let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995
        let bytes = Array(id.utf8)
        var hash = seed ^ (UInt64(bytes.count) &* multiplier)
        for start in stride(from: 0, to: bytes.count, by: 8) {
            let part = bytes[start..<min(start + 8, bytes.count)]
            var word = part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            if part.count == 8 {
                word = word &* multiplier
                word = (word ^ (word >> 47)) &* multiplier
            }
            hash = (hash ^ word) &* multiplier
        }
        hash = (hash ^ (hash >> 47)) &* multiplier
        return hash ^ (hash >> 47)
    }

    @Test func eachFileHasAKeyOfItsOwn() throws {
        let keys = try ["a.db", "b.db", "a.db"].map { try CallbackHasher(open($0).database).key }
        #expect(keys[0] == keys[2])
        #expect(keys[0] != keys[1])
        #expect(keys[0].first != keys[0].second)
    }

    @Test func idsThatWereMadeToHaveOneHashHaveDifferentOnes() throws {
        let made = ["gnfemoaaOLfJ]v^F", "akjncmbi-5X6vnya", "eglglbjofWW>wu}R", "kbmklahk;{XpZ;#B"]
        try #require(Set(made.map { formerHash($0, seed: 1) }).count == 1)
        let hasher = try CallbackHasher(open("log.db").database)
        #expect(Set(made.map { hasher.hash(of: $0, company: 1) }).count == made.count)
    }

    // MARK: Files of version 1.0

    /// Takes from a file what came after the index without a key.
    private func makeOlder(_ database: Database) throws {
        try database.executeAll(
            """
            DROP VIEW v_daily; DROP VIEW v_callbacks; DROP VIEW v_attempts;
            DROP TABLE company_zones; DROP TABLE zone_offsets;
            DROP TABLE index_key; DROP TABLE callback_segments;
            DROP TABLE segment_filters; DROP TABLE segment_entries;
            ALTER TABLE pending_builds DROP COLUMN place; DELETE FROM pending_builds;
            ALTER TABLE routes DROP COLUMN last_day; ALTER TABLE labels DROP COLUMN is_counted;
            ALTER TABLE log_limit DROP COLUMN copy; DROP TABLE attempt_checksums;
            DROP TABLE replays; DROP TABLE ahead_quarters; DROP TABLE clock_seen;
            CREATE TABLE callback_runs(
                run INTEGER PRIMARY KEY, count INTEGER, parts INTEGER, pages INTEGER);
            CREATE TABLE callback_filters(key INTEGER PRIMARY KEY, bits BLOB NOT NULL);
            CREATE TABLE callback_entries(key INTEGER PRIMARY KEY, entries BLOB NOT NULL);
            UPDATE schema_versions SET version = 6 WHERE owner = 'delivery log'
            """)
    }

    /// A file of version 1.0 with callbacks c0, c1 and so on.
    private func formerFile(_ count: Int) throws -> Database {
        let log = try AttemptLog(database)
        _ = try record((0..<count).map { "c\($0)" }, in: log)
        try makeOlder(database)
        return database
    }

    @Test func theIndexOfAFormerFileIsMadeAgain() throws {
        let log = try AttemptLog(formerFile(300))
        #expect(try log.verify().isGood)
        #expect(try record((0..<301).map { "c\($0)" }, in: log).filter { $0 == .added }.count == 1)
        #expect(try database.integer("SELECT count(*) FROM pending_builds") == 0)
    }

    /// Migrates the tables without making the index.
    private func migrated(_ count: Int) throws -> CallbackIndex {
        let database = try formerFile(count)
        try database.migrate(AttemptLog.schema)
        return CallbackIndex(database: database)
    }

    @Test func itIsMadeInStepsAndGoesOnWhereItWasInterrupted() throws {
        var shares: [Double] = []
        try migrated(300).buildWherePending(atOnce: 100) { share in
            shares.append(share)
            if shares.count == 2 { try? folder.sqlite3("log.db", ".backup interrupted.db") }
        }
        // The last step finds nothing left.
        #expect(shares.count == 3 && shares == shares.sorted())
        #expect(try AttemptLog(database).verify().isGood)
        let interrupted = try Database(path: folder.path(of: "interrupted.db"))
        #expect(try CallbackIndex(database: interrupted).runs().map(\.count) == [100, 100])
        #expect(try AttemptLog(interrupted).verify().isGood)
    }

    @Test func severalProgramsMakeItTogether() throws {
        var results: [RecordResult] = []
        try migrated(300).buildWherePending(atOnce: 100) { _ in
            guard results.isEmpty, let other = try? open("log.db") else { return }
            results = (try? record(["c0", "c299", "new"], in: other)) ?? []
        }
        #expect(results == [.duplicate, .duplicate, .added])
        let log = try open("log.db")
        #expect(try log.verify().isGood)
        #expect(try CallbackIndex(database: log.database).runs().reduce(0) { $0 + $1.count } == 301)
    }

    /// A step costs what it adds, however long the log is.
    @Test func theShareThatIsDoneIsFoundWithoutReadingTheLog() throws {
        let database = try open("log.db").database
        let plan = try database.rows("EXPLAIN QUERY PLAN " + PendingBuild.endsQuery) { $0.text(3) }
        #expect(plan.filter { $0.contains("attempts") } == ["SEARCH attempts", "SEARCH attempts"])
    }

    @Test func aProgramOfVersion1NoLongerWrites() throws {
        let former = try formerFile(3)
        let statement = "INSERT INTO callback_runs VALUES(9, 1, 1, 1)"
        try former.execute(statement)
        _ = try open("log.db")
        #expect(throws: StorageError.self) { try former.execute(statement) }
    }

    // MARK: Damage

    @Test(arguments: [
        "DELETE FROM index_key", "UPDATE index_key SET key = x'00'",
        "UPDATE index_key SET key = randomblob(16)",
    ])
    func aDamagedKeyIsFoundAndRepaired(damage: String) throws {
        let log = try open("log.db")
        _ = try record((0..<300).map { "c\($0)" }, in: log)
        try log.database.execute(damage)
        #expect(try !log.verify().latestAreRight)
        try log.repair()
        #expect(try log.verify().isGood)
        #expect(try record(["c7", "c299"], in: log) == [.duplicate, .duplicate])
    }

    /// What another program prepared, or remembers, has the former key.
    @Test func anotherKeyIsNoticedByWhatWasPrepared() throws {
        let log = try open("log.db")
        _ = try record(["c1", "c2"], in: log)
        var early = [PreparedBatch([attempt("c1"), attempt("c3")], log.knownRoutes)]
        let other = try open("log.db")
        try other.database.execute("DELETE FROM index_key")
        try other.repair()
        let results = try log.write { (writer) throws(StorageError) in try writer.record(&early) }
        #expect(results == [.duplicate, .added])
        #expect(try log.verify().isGood)
    }
}
