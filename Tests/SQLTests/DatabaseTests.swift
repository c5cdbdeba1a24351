import Glibc
import SQL
import StorageErrors
import TestSupport
import Testing

@Suite struct DatabaseTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test func readsTheValuesThatWereWritten() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        let values: [Value] = [7, "text", .blob([0, 255]), .real(1.5), nil, .text("")]
        let read = try database.row("SELECT ?, ?, ?, ?, ?, ?", values) { row in
            (
                row.int(0), row.text(1), row.blob(2), row.real(3), row.isNull(4),
                row.isNull(5) ? "null" : row.text(5)
            )
        }
        #expect(read?.0 == 7)
        #expect(read?.1 == "text")
        #expect(read?.2 == [0, 255])
        #expect(read?.3 == 1.5)
        #expect(read?.4 == true)
        #expect(read?.5 == "")
    }

    @Test func onlyTheOwnerCanReadANewFile() throws {
        let database = try Database(path: folder.path(of: "private.db"))
        try database.execute("CREATE TABLE t(x)")
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(folder.path(of: "private.db" + suffix), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func newFilesHaveLargePagesAndOldFilesKeepTheirs() throws {
        let new = try Database(path: folder.path(of: "new.db"))
        #expect(try new.integer("PRAGMA page_size") == 8192)
        try folder.sqlite3("old.db", "PRAGMA application_id = \(0x4342_5250)")
        let older = try Database(path: folder.path(of: "old.db"))
        #expect(try older.integer("PRAGMA page_size") == 4096)
    }

    @Test func severalThreadsCanOpenANewFile() throws {
        let tables = Schema(owner: "things", steps: ["CREATE TABLE things(a)"])
        for round in 1...40 {
            let path = folder.path(of: "\(round).db")
            let others = (1...6).map { _ in
                OwnThread { try Database(path: path).migrate(tables) }
            }
            for other in others { try other.value() }
        }
    }

    @Test func checkpointCopiesCommitsWithoutWaiting() throws {
        let path = folder.path(of: "a.db")
        let database = try Database(path: path)
        try database.execute("CREATE TABLE t(x)")
        let other = try Database(path: path)
        try other.begin()
        // A connection that writes does not block a checkpoint.
        try database.checkpoint()
        let before = Self.size(of: path)
        other.rollBack()
        try database.execute("INSERT INTO t VALUES(zeroblob(100000))")
        #expect(Self.size(of: path) == before)
        try database.checkpoint()
        #expect(Self.size(of: path) > 100_000)
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : -1
    }

    @Test func failedTransactionIsRolledBack() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.execute("CREATE TABLE t(x)")
        #expect(throws: StorageError.self) {
            try database.transaction { () throws(StorageError) in
                try database.execute("INSERT INTO t VALUES(1)")
                try database.execute("INSERT INTO missing VALUES(1)")
            }
        }
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        #expect(database.isIdle)
    }

    @Test func innerTransactionIsPartOfTheOuterOne() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.execute("CREATE TABLE t(x)")
        try database.begin()
        try database.transaction { () throws(StorageError) in
            try database.execute("INSERT INTO t VALUES(1)")
        }
        database.rollBack()
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }

    @Test func lockedFileIsReportedAsBusy() throws {
        let path = folder.path(of: "a.db")
        let holder = try Database(path: path)
        try holder.begin()
        let other = try Database(path: path, timeout: 10)
        let error = try #require(throws: StorageError.self) { try other.begin() }
        #expect(error.isBusy)
        #expect(
            error.description.hasPrefix("\(path): database is locked; another program has locked"))
    }

    @Test func rejectsAFileThatIsNotADatabase() throws {
        let path = try folder.write("not a database, but long enough to be looked at", to: "x.db")
        let error = try #require(throws: StorageError.self) { try Database(path: path) }
        #expect(error.description.contains("file is not a database; restore the file"))
    }

    @Test func rejectsTheDatabaseOfAnotherProgram() throws {
        let path = folder.path(of: "foreign.db")
        let maker = try Database(path: path)
        try maker.executeAll("PRAGMA application_id = 5; CREATE TABLE theirs(x)")
        let error = try #require(throws: StorageError.self) { try Database(path: path) }
        // A backup of ours would replace the data of the other program.
        #expect(
            error.description
                == "\(path): this database belongs to another program; set 'database' to another file"
        )
    }
}
