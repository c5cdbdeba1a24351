import Glibc
import SQL
import StorageErrors
import TestSupport
import Testing

/// What statements return that change rows.
@Suite struct ChangeTests {
    private let folder: TemporaryDirectory
    private let database: Database

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "a.db"))
        try database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, x)")
    }

    @Test func changeReturnsNumberOfRows() throws {
        #expect(try database.change("INSERT INTO t(x) VALUES(1), (2), (2)") == 3)
        #expect(try database.change("UPDATE t SET x = 3 WHERE x = ?", [2]) == 2)
        #expect(try database.change("UPDATE t SET x = 3 WHERE x = ?", [2]) == 0)
    }

    @Test func returnedIsRowOfTheStatement() throws {
        let insert = "INSERT INTO t(x) VALUES(?) RETURNING id"
        #expect(try database.returned(insert, [1]) == 1)
        let statement = try database.prepare(insert)
        statement.bind([2])
        #expect(try statement.returned() == 2)
        #expect(try database.returned("UPDATE t SET x = 5 WHERE x = 4 RETURNING id") == nil)
        #expect(try database.integer("SELECT sum(x) FROM t") == 3)
    }

    /// A statement outside a transaction commits with its last step.
    @Test func returnedThrowsErrorOfTheCommit() throws {
        unlink(folder.path(of: "a.db"))
        #expect(throws: StorageError.self) {
            try database.returned("INSERT INTO t(x) VALUES(1) RETURNING id")
        }
    }
}
