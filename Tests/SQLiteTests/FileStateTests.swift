import SQLite
import TestSupport
import Testing

@Suite struct FileStateTests {
    private let path: String
    private let database: Database
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path(of: "a.db")
        database = try Database(path: path)
        try database.execute("CREATE TABLE t(x)")
    }

    @Test func isConstantWithoutCommits() throws {
        let state = try #require(database.fileState)
        let other = try Database(path: path)
        #expect(try other.integer("SELECT count(*) FROM t") == 0)
        try other.begin()
        try other.execute("INSERT INTO t VALUES(1)")
        #expect(database.fileState == state)
        other.rollBack()
        #expect(database.fileState == state && other.fileState == state)
        try other.checkpoint()
        #expect(database.fileState == state)
    }

    @Test func changesWithEachCommitOfAnyConnection() throws {
        let other = try Database(path: path)
        var states = [try #require(database.fileState)]
        for number in 1...20 {
            let writer = number % 2 == 0 ? database : other
            // The WAL starts from its beginning after such a checkpoint.
            if number % 5 == 0 { try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
            try writer.execute("INSERT INTO t VALUES(1)")
            let state = try #require(database.fileState)
            #expect(!states.contains(state) && other.fileState == state)
            states.append(state)
        }
    }

    @Test func changesWithACommitOfAnotherProcess() throws {
        let state = try #require(database.fileState)
        let script =
            "import sqlite3, sys\n"
            + "with sqlite3.connect(sys.argv[1]) as file: file.execute('INSERT INTO t VALUES(1)')"
        let run = try ProgramRun.of(
            program: "/usr/bin/env", ["python3", "-c", script, path], environment: [:], input: [],
            in: folder, limit: 60)
        #expect(run.status == 0, "\(run.errors)")
        #expect(database.fileState != state)
    }

    @Test func isNilInATransaction() throws {
        try database.begin()
        #expect(database.fileState == nil)
        database.rollBack()
        #expect(database.fileState != nil)
    }
}
