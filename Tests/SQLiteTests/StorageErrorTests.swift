import CSQLite
import Glibc
import SQLite
import StorageErrors
import Testing

/// What a caller learns from SQLite's result codes.
@Suite struct StorageErrorTests {
    private static let kinds: [(code: Int32, kind: StorageError.Kind)] = [
        (SQLITE_BUSY, .busy),
        (SQLITE_BUSY | 2 << 8, .busy),  // SQLITE_BUSY_SNAPSHOT
        (SQLITE_LOCKED, .busy),
        (SQLITE_CONSTRAINT | 8 << 8, .conflict),  // SQLITE_CONSTRAINT_UNIQUE
        (SQLITE_CONSTRAINT | 2 << 8, .replaced),  // SQLITE_CONSTRAINT_COMMITHOOK
        (SQLITE_READONLY, .unavailable),
        (SQLITE_READONLY | 4 << 8, .replaced),  // SQLITE_READONLY_DBMOVED
        (SQLITE_IOERR | 4 << 8, .unavailable),  // SQLITE_IOERR_FSYNC
        (SQLITE_CANTOPEN, .unavailable),
        (SQLITE_NOTADB, .unavailable),
        (SQLITE_NOMEM, .unavailable),
        (SQLITE_FULL, .full),
        (SQLITE_CORRUPT | 2 << 8, .corrupt),  // SQLITE_CORRUPT_SEQUENCE
        (SQLITE_SCHEMA, .newerSchema),
        (SQLITE_ERROR, .failed),
        (SQLITE_MISUSE, .failed),
    ]

    @Test("a result code says what a caller may do", arguments: kinds)
    func kindOfCode(code: Int32, kind: StorageError.Kind) {
        #expect(StorageError(code: code, message: "no", path: "x.db").kind == kind)
    }

    @Test func `an error names the file, the problem and the remedy`() {
        let full = StorageError(code: SQLITE_FULL, message: "disk full", path: "x.db", sql: "S")
        #expect("\(full)" == "x.db: disk full; free up disk space; no data was lost")
        let failed = StorageError(code: SQLITE_ERROR, message: "no", path: "x.db", sql: "SELECT 1")
        #expect("\(failed)" == "x.db: no (while running: SELECT 1)")
    }

    @Test(
        "the system's error code names the cause that SQLite does not name",
        arguments: [SQLITE_IOERR, SQLITE_CANTOPEN])
    func systemCode(code: Int32) {
        let error = { StorageError(code: code, message: "no", path: "/x.db", systemCode: $0) }
        #expect(error(ENOSPC).kind == .full)
        #expect(
            "\(error(ENOSPC))"
                == "/x.db: no space is left on the file system; free up disk space; no data was lost"
        )
        #expect("\(error(EDQUOT))".hasPrefix("/x.db: the disk quota is exceeded; "))
        #expect(
            "\(error(EMFILE))" == "/x.db: Too many open files; raise the limit of open files")
        #expect("\(error(ENOENT))".hasPrefix("/x.db: no; "))
    }

    @Test func `a disk error makes no claim about a change`() {
        let error = StorageError(code: SQLITE_IOERR, message: "disk I/O error", path: "x.db")
        #expect("\(error)" == "x.db: disk I/O error; check the disk; no change was saved")
    }

    @Test func `a damaged row or a conflict does not concern the whole database`() {
        for (code, kind) in Self.kinds {
            let error = StorageError(code: code, message: "no", path: "x.db")
            let isOfOneStatement = [.conflict, .corrupt, .failed].contains(kind)
            #expect(error.concernsWholeDatabase != isOfOneStatement, "\(kind)")
        }
    }
}
