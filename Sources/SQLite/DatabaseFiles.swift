import Glibc

/// One file on this machine, whatever it is called; nil for a path without a file.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}

/// The files that a database's path leads to at one moment: the database, its WAL and the WAL's
/// index.
///
/// None of them changes while a connection is open, unless somebody deletes or replaces one.
package struct DatabaseFiles: Equatable, Sendable {
    private let database: FileIdentity?
    private let wal: FileIdentity?
    private let index: FileIdentity?

    package init(at path: String) {
        database = FileIdentity(path)
        // SQLite follows links and puts these beside the file itself.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let file = resolved.map { String(cString: $0) } ?? path
        wal = FileIdentity(file + "-wal")
        index = FileIdentity(file + "-shm")
    }
}

/// The file that a connection has open, and the path it was opened by.
final class OpenedFile {
    private let path: String
    private let identity: FileIdentity?

    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether the path leads to another file now, or to none.
    ///
    /// SQLite has a question of its own for that (SQLITE_FCNTL_HAS_MOVED), which looks neither at
    /// links nor at devices.
    var isGone: Bool { FileIdentity(path) != identity }
}
