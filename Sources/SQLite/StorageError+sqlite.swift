import CSQLite
import FileOwners
import Glibc
package import StorageErrors

extension StorageError {
    /// An error of SQLite.
    ///
    /// - Parameters:
    ///   - code: The extended result code. See https://sqlite.org/rescode.html.
    ///   - message: SQLite's error message.
    ///   - path: The path of the database file.
    ///   - sql: The statement that failed, if there was one.
    ///   - systemCode: The `errno` value of the failure, or 0 if it is unknown.
    package init(
        code: Int32, message: String, path: String, sql: String? = nil, systemCode: Int32 = 0
    ) {
        if code == Self.refusedCommit || code == Self.movedFile {
            self = .ofMissingFile(path)
        } else if let error = Self.ofFileSystem(code & 0xFF, systemCode, path) {
            self = error
        } else {
            let primary = code & 0xFF
            let remedy = Self.remedy(for: primary, path: path)
            let statement = remedy == nil ? sql.map { " (while running: \($0))" } : nil
            self.init(
                Self.kind(of: primary), at: path, message + (statement ?? ""), remedy: remedy)
        }
    }

    /// The error for a database that another program created. A backup of ours must not replace it.
    static func ofOtherProgram(_ path: String) -> StorageError {
        StorageError(
            .unavailable, at: path, "this database belongs to another program",
            remedy: "set 'database' to another file")
    }

    /// SQLITE_CONSTRAINT_COMMITHOOK. Our hook rejects a commit only if the file is missing.
    private static let refusedCommit = SQLITE_CONSTRAINT | 2 << 8
    /// SQLITE_READONLY_DBMOVED. Swift imports neither of the two constants.
    private static let movedFile = SQLITE_READONLY | 4 << 8

    /// The error if the cause is the state of the file system, which SQLite's message does not name.
    private static func ofFileSystem(
        _ primary: Int32, _ code: Int32, _ path: String
    ) -> StorageError? {
        guard [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM].contains(primary) else {
            return nil
        }
        let state = FileSystemState(at: path) ?? FileSystemState()
        if state.isReadOnly {
            return StorageError(
                .unavailable, at: path,
                "the file system is mounted read-only, and SQLite cannot use a database without "
                    + "writing next to it",
                remedy: "mount it writable, or move the database")
        }
        let hasOtherCause = [EACCES, EPERM, ENOENT, ENOTDIR, ELOOP, EMFILE, ENFILE].contains(code)
        if code == ENOSPC || code == EDQUOT || state.isFull && !hasOtherCause {
            return StorageError(
                .full, at: path,
                code == EDQUOT
                    ? "the disk quota is exceeded" : "no space is left on the file system",
                remedy: "free up disk space; no data was lost")
        }
        guard code == EMFILE || code == ENFILE else { return nil }
        return StorageError(
            .unavailable, at: path, String(cString: strerror(code)),
            remedy: "raise the limit of open files")
    }

    private static func kind(of primary: Int32) -> Kind {
        switch primary {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CONSTRAINT: .conflict
        case SQLITE_FULL: .full
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_SCHEMA: .newerSchema
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_NOMEM,
            SQLITE_INTERRUPT, SQLITE_PROTOCOL, SQLITE_NOTADB:
            .unavailable
        default: .failed
        }
    }

    private static func remedy(for primary: Int32, path: String) -> String? {
        switch primary {
        case SQLITE_BUSY, SQLITE_LOCKED:
            "another program has locked the database; try again later"
        case SQLITE_READONLY, SQLITE_PERM:
            missingWAL(path) ?? otherOwner(path)
                ?? "grant this user write permission for the file and its directory"
        case SQLITE_FULL:
            "free up disk space; no data was lost"
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            "restore the file from a backup, or set 'database' to another file"
        case SQLITE_CANTOPEN:
            missingWAL(path) ?? otherOwner(path)
                ?? "check that the directory exists and that this user can write to it"
        case SQLITE_IOERR:
            "check the disk; no change was saved"
        default: nil
        }
    }

    /// Returns the remedy for a user who may only read the database, if the WAL is missing.
    ///
    /// SQLite needs the WAL to read. See https://sqlite.org/wal.html#read_only_databases. Opening the
    /// file as immutable would return wrong results while another program writes.
    private static func missingWAL(_ path: String) -> String? {
        guard access(path, R_OK) == 0, access(path, W_OK) != 0, access(path + "-wal", F_OK) != 0,
            let owner = FileOwner.difference(at: path)
        else { return nil }
        return "SQLite also needs \(path)-wal and \(path)-shm, which this user cannot create. The "
            + "programs keep these files if other users may read the database: run any command as its "
            + "owner once. To write to it: \(owner)"
    }

    /// Returns the owner of the first file or directory that this user cannot write, with the remedy.
    /// Returns nil if it is the user's own.
    private static func otherOwner(_ path: String) -> String? {
        let files = ["", "-wal", "-shm"].map { path + $0 }.filter { access($0, F_OK) == 0 }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let closed = (files + [folder]).first { faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) != 0 }
        return closed.flatMap { FileOwner.difference(at: $0) }
    }
}
