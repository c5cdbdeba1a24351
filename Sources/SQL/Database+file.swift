import Glibc
import SQLite
package import StorageErrors

/// Operations on the file of a database, for engines that have one.
extension Database {
    /// Returns the name of the network file system that contains a path, or nil if it is another
    /// file system or unknown. A database there can be corrupted.
    package static func networkFileSystem(at path: String) -> String? {
        NetworkFileSystem.name(at: path)
    }

    /// Returns why a path has no database, or nil if it may have one.
    package static func absence(at path: String) -> DatabaseAbsence? { DatabaseAbsence(at: path) }

    /// Returns an error if a database was created at this path but is missing or empty now.
    package static func loss(at path: String) -> StorageError? { SQLiteConnection.loss(at: path) }

    /// Whether this connection has created the database.
    package var isNew: Bool {
        switch engine {
        case .sqlite(let connection): connection.isNew
        }
    }

    /// Records next to the database that it exists, so that its loss is noticed.
    package func rememberCreation() {
        switch engine {
        case .sqlite(let connection): connection.rememberCreation()
        }
    }

    /// Tunes the connection for a series of large transactions, of which others see only the end.
    ///
    /// The page cache is smaller than usual because the transactions need the memory, and only
    /// pages that one transaction changes are used again. Checkpoints are rare, so that pages that
    /// several transactions change are copied once.
    package func prepareForBulkWrites() throws(StorageError) {
        switch engine {
        case .sqlite(let connection):
            try connection.keepPages(upTo: 9 * 1024)
            try connection.checkpoint(every: 4 * SQLiteConnection.checkpointPages)
        }
    }

    /// Copies committed pages from the WAL to the database file, as far as possible without
    /// waiting.
    package func checkpoint() throws(StorageError) {
        switch engine {
        case .sqlite(let connection): try connection.checkpoint()
        }
    }

    /// Copies all committed pages from the WAL to the database file and empties the WAL.
    ///
    /// Call it for a file that was replaced. Otherwise a program that opens the new file would
    /// apply the WAL of the old file to it.
    ///
    /// - Returns: false if another connection still uses the WAL.
    package func emptyWAL() throws(StorageError) -> Bool {
        switch engine {
        case .sqlite(let connection): try connection.emptyWAL()
        }
    }
}

/// The files that the path of a database leads to: the database, its WAL and the WAL index.
///
/// They do not change while a connection is open, unless a file is deleted or replaced.
package struct DatabaseFiles: Equatable, Sendable {
    private let database: FileIdentity?
    private let wal: FileIdentity?
    private let index: FileIdentity?

    package init(at path: String) {
        database = FileIdentity(path)
        // SQLite follows symbolic links and creates these files next to the target.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let file = resolved.map { String(cString: $0) } ?? path
        wal = FileIdentity(file + "-wal")
        index = FileIdentity(file + "-shm")
    }
}
