import Glibc
import SQL
import StorageErrors
import TestSupport
import Testing

/// Tests of a database whose file is deleted or replaced while it is open.
@Suite struct MissingFileTests {
    private let folder: TemporaryDirectory
    private let path: String
    private let database: Database

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path(of: "a.db")
        database = try Database(path: path)
        try database.execute("CREATE TABLE t(x)")
    }

    enum Loss: CaseIterable {
        case deleted, renamed, replaced, linkedElsewhere

        func happen(to path: String, in folder: TemporaryDirectory) throws {
            let other = folder.path(of: "other.db")
            switch self {
            case .deleted: unlink(path)
            case .renamed: rename(path, other)
            case .replaced, .linkedElsewhere:
                try Database(path: other).execute("CREATE TABLE t(x)")
                if self == .replaced {
                    rename(other, path)
                } else {
                    unlink(path)
                    symlink(other, path)
                }
            }
        }
    }

    @Test(arguments: Loss.allCases)
    func rejectsEachKindOfCommit(_ loss: Loss) throws {
        try loss.happen(to: path, in: folder)
        let alone = #expect(throws: StorageError.self) {
            try database.execute("INSERT INTO t VALUES(1)")
        }
        let inTransaction = #expect(throws: StorageError.self) {
            try database.transaction { () throws(StorageError) in
                try database.execute("INSERT INTO t VALUES(1)")
            }
        }
        let inScript = #expect(throws: StorageError.self) {
            try database.executeAll("INSERT INTO t VALUES(1)")
        }
        #expect(database.isIdle)
        for error in [alone, inTransaction, inScript] {
            #expect(error?.isOfMissingFile == true)
            #expect(
                error?.description
                    == "\(path): the database file was deleted or replaced; nothing was written; "
                    + "restart the program")
        }
    }

    @Test func missingFileIsNotCreatedUnlessAllowed() throws {
        let missing = folder.path(of: "none.db")
        #expect(throws: StorageError.self) { try Database(path: missing, mayCreate: false) }
        #expect(access(missing, F_OK) != 0)
        #expect(throws: Never.self) { try Database(path: path, mayCreate: false) }
    }

    @Test func writesAgainWhenTheFileIsBack() throws {
        let elsewhere = folder.path(of: "elsewhere.db")
        rename(path, elsewhere)
        #expect(throws: StorageError.self) { try database.execute("INSERT INTO t VALUES(1)") }
        rename(elsewhere, path)
        try database.execute("INSERT INTO t VALUES(2)")
        #expect(try database.integer("SELECT sum(x) FROM t") == 2)
    }

    @Test func followsALinkToTheFile() throws {
        let link = folder.path(of: "link.db")
        symlink(path, link)
        let linked = try Database(path: link)
        try linked.execute("INSERT INTO t VALUES(1)")
        unlink(link)
        #expect(throws: StorageError.self) { try linked.execute("INSERT INTO t VALUES(1)") }
        // The original path still leads to the same file.
        try database.execute("INSERT INTO t VALUES(1)")
    }

    @Test(arguments: ["", "-wal", "-shm"])
    func filesDifferIfOneWasReplaced(_ suffix: String) throws {
        let files = DatabaseFiles(at: path)
        try database.execute("INSERT INTO t VALUES(1)")
        try database.checkpoint()
        #expect(DatabaseFiles(at: path) == files)
        unlink(path + suffix)
        #expect(DatabaseFiles(at: path) != files)
        try folder.write("", to: "a.db" + suffix)
        #expect(DatabaseFiles(at: path) != files)
    }

    @Test func emptiedWALDoesNotAffectTheReplacement() throws {
        let copy = folder.path(of: "copy.db")
        try database.checkpoint()
        try folder.sqlite3("a.db", ".backup '\(copy)'")
        try database.execute("INSERT INTO t VALUES(1)")
        rename(copy, path)
        #expect(try database.emptyWAL())
        #expect(try Database(path: path).integer("SELECT count(*) FROM t") == 0)
    }
}
