import SQL
import StorageErrors
import TestSupport
import Testing

/// Tests of statements that are prepared once and run many times.
@Suite struct StatementTests {
    let folder: TemporaryDirectory
    let database: Database

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "a.db"))
        try database.execute("CREATE TABLE t(x)")
    }

    @Test func reusedStatementHasNoParameters() throws {
        let insert = "INSERT INTO t VALUES(?)"
        try database.execute(insert, [1])
        try database.execute(insert)
        #expect(try database.rows("SELECT x FROM t") { $0.optionalInt(0) } == [1, nil])
    }

    @Test func unreadRowsHoldNoLock() throws {
        for value in 1...3 { try database.execute("INSERT INTO t VALUES(?)", [Value(value)]) }
        let first = "SELECT x FROM t ORDER BY rowid"
        #expect(try database.integer(first) == 1)
        #expect(try database.integer(first) == 1)
        try database.execute("DROP TABLE t")
    }

    @Test func sameStatementCanRunWhileItIsRead() throws {
        for value in 1...3 { try database.execute("INSERT INTO t VALUES(?)", [Value(value)]) }
        let all = "SELECT x FROM t ORDER BY rowid"
        let pairs = try database.rows(all) { row in
            (row.int(0), (try? database.rows(all) { $0.int(0) }) ?? [])
        }
        #expect(pairs.map(\.0) == [1, 2, 3])
        #expect(pairs.allSatisfy { $0.1 == [1, 2, 3] })
    }

    @Test func pragmaTakesEffectEachTime() throws {
        for level in [1, 2, 1, 2] {
            try database.execute("PRAGMA synchronous = \(level)")
            #expect(try database.integer("PRAGMA synchronous") == Int64(level))
        }
    }

    @Test func failedStatementCanRunAgain() throws {
        try database.execute("CREATE UNIQUE INDEX one ON t(x)")
        let insert = "INSERT INTO t VALUES(?)"
        try database.execute(insert, [1])
        #expect(throws: StorageError.self) { try database.execute(insert, [1]) }
        try database.execute(insert, [2])
        #expect(try database.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func schemaChangeAndRestoreRepreparesAStatement() throws {
        let statement = try database.prepare("SELECT x FROM t WHERE x = ?")
        func renewals(_ value: Value) throws -> Int32 {
            statement.bind([value])
            try statement.run()
            return statement.renewals
        }
        for value: Value in [1, "a", nil, .real(2.5)] { #expect(try renewals(value) == 0) }
        try database.execute("INSERT INTO t VALUES(1)")
        #expect(try renewals(1) == 0)
        try folder.sqlite3("a.db", ".backup copy.db")
        try database.execute("CREATE TABLE u(x)")
        #expect(try renewals(1) == 1)
        var schema = try database.schemaVersion()
        for count: Int32 in 2...3 {
            try folder.sqlite3("a.db", ".restore copy.db")
            #expect(try renewals(1) == count)
            #expect(try database.schemaVersion() > schema)
            schema = try database.schemaVersion()
        }
    }
}
