import CSQLite
import FileOwners
import Glibc

/// An error of SQLite, with the path of the file and a remedy.
///
/// It never contains the values of a statement's parameters.
package struct DatabaseError: Error, Equatable, Sendable {
    /// The extended result code. See https://sqlite.org/rescode.html.
    package var code: Int32
    /// SQLite's error message.
    package var message: String
    /// The path of the database file.
    package var path: String
    /// The statement that failed, if there was one.
    package var sql: String?

    package init(code: Int32, message: String, path: String, sql: String? = nil) {
        let isMissing = code == Self.refusedCommit
        self.code = isMissing ? Self.movedFile : code
        self.message = isMissing ? "the database file was deleted or replaced" : message
        self.path = path
        self.sql = isMissing ? nil : sql
    }

    /// SQLITE_CONSTRAINT_COMMITHOOK. Our hook rejects a commit only if the file is missing.
    private static let refusedCommit = SQLITE_CONSTRAINT | 2 << 8
    /// SQLITE_READONLY_DBMOVED. Swift imports neither of the two constants.
    private static let movedFile = SQLITE_READONLY | 4 << 8

    /// The error for a path that no longer leads to the file that was opened.
    package static func ofMissingFile(_ path: String) -> DatabaseError {
        DatabaseError(code: refusedCommit, message: "", path: path)
    }

    /// Whether the path no longer leads to the open file.
    package var isOfMissingFile: Bool { code == Self.movedFile }

    /// The result code without its extension.
    package var primaryCode: Int32 { code & 0xFF }

    /// Whether another connection held a lock for longer than the timeout.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether the file is corrupt.
    package var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// Whether every statement would have failed, so that a later retry can succeed: the file is
    /// locked, the disk is full or faulty, or memory is low.
    package var concernsWholeFile: Bool {
        switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN,
            SQLITE_READONLY, SQLITE_PERM, SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_PROTOCOL,
            SQLITE_NOTADB, SQLITE_SCHEMA:
            true
        default: false
        }
    }
}

extension DatabaseError: CustomStringConvertible {
    package var description: String {
        "\(path): \(message)\(remedy.map { "; \($0)" } ?? "")"
    }

    private var remedy: String? {
        if isOfMissingFile { return "nothing was written; restart the program" }
        return switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED:
            "another program has locked the database; try again later"
        case SQLITE_READONLY, SQLITE_PERM:
            otherOwner ?? "grant this user write permission for the file and its folder"
        case SQLITE_FULL:
            "free up disk space; no data was lost"
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            "restore the file from a backup, or set 'database' to another file"
        case SQLITE_CANTOPEN:
            otherOwner ?? "check that the folder exists and that this user can write to it"
        case SQLITE_IOERR:
            "check the disk; this step was not saved"
        default: sql.map { "while running: \($0)" }
        }
    }
    /// Returns the owner of the first file or folder that this user cannot write, with the remedy.
    /// Returns nil if it is the user's own.
    private var otherOwner: String? {
        let files = ["", "-wal", "-shm"].map { path + $0 }.filter { access($0, F_OK) == 0 }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let closed = (files + [folder]).first { access($0, W_OK) != 0 }
        return closed.flatMap { FileOwner.difference(at: $0) }
    }
}
