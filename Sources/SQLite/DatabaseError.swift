import CSQLite
import FileOwners
import Glibc

/// What SQLite refused to do, with the file and what to do about it.
///
/// Values bound to a statement are never part of it.
package struct DatabaseError: Error, Equatable, Sendable {
    /// The extended result code, https://sqlite.org/rescode.html.
    package var code: Int32
    /// SQLite's own words.
    package var message: String
    /// Path of the database file.
    package var path: String
    /// The statement that failed, where there was one.
    package var sql: String?

    package init(code: Int32, message: String, path: String, sql: String? = nil) {
        let isGone = code == Self.refusedCommit
        self.code = isGone ? Self.movedFile : code
        self.message = isGone ? "the database file was deleted or replaced" : message
        self.path = path
        self.sql = isGone ? nil : sql
    }

    /// SQLITE_CONSTRAINT_COMMITHOOK: our hook refuses a commit for one reason alone.
    private static let refusedCommit = SQLITE_CONSTRAINT | 2 << 8
    /// SQLITE_READONLY_DBMOVED. Swift does not import either of the two.
    private static let movedFile = SQLITE_READONLY | 4 << 8

    /// Whether the path leads to another file than the one that is open, or to none.
    package var isOfMissingFile: Bool { code == Self.movedFile }

    /// The code without its extension.
    package var primaryCode: Int32 { code & 0xFF }

    /// Whether another process held the file for longer than we wait.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether the content of the file is damaged.
    package var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// Whether no statement would have succeeded, whatever it is about, so that it is worth trying
    /// again later: the file is held, the disk is full or fails, or memory is short.
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
        if isOfMissingFile { return "nothing was written; start the program again" }
        return switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED:
            "another program holds the database; try again when it is done"
        case SQLITE_READONLY, SQLITE_PERM:
            otherOwner ?? "give this user the right to write the file and its folder"
        case SQLITE_FULL:
            "free space on the disk; nothing was lost"
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            "restore the file from a backup, or point 'database' at another one"
        case SQLITE_CANTOPEN:
            otherOwner ?? "check that the folder exists and that this user may write in it"
        case SQLITE_IOERR:
            "check the disk; nothing of this step was kept"
        default: sql.map { "while running: \($0)" }
        }
    }
    /// Whose the file is that this user may not write, or one of its companions; nil if it is its own.
    private var otherOwner: String? {
        let files = ["", "-wal", "-shm"].map { path + $0 }.filter { access($0, F_OK) == 0 }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let closed = (files + [folder]).first { access($0, W_OK) != 0 }
        return closed.flatMap { FileOwner.difference(at: $0) }
    }
}
