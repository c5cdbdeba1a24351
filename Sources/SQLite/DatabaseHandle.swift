import CSQLite
import Glibc
import StorageErrors

/// An open `sqlite3 *`. It is closed on deinitialization.
struct DatabaseHandle: ~Copyable {
    let pointer: OpaquePointer
    /// The opened file. The commit hook reads it, so it must live as long as the connection.
    private let file: OpenedFile

    /// Opens or creates the file. Only the owner can read a new file.
    ///
    /// - Parameter mayCreate: Whether a missing file is created.
    init(path: String, mayCreate: Bool) throws(StorageError) {
        // This must run before the first use of SQLite. It runs once.
        _ = Self.isMemoryAccountingOff
        if mayCreate { createPrivately(path) }
        var opened: OpaquePointer?
        // A connection belongs to one thread, so SQLite need not lock a mutex for each call.
        let flags =
            SQLITE_OPEN_READWRITE | (mayCreate ? SQLITE_OPEN_CREATE : 0)
            | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            // A failed open still returns a handle that must be closed:
            // https://sqlite.org/c3ref/open.html.
            defer { sqlite3_close_v2(opened) }
            throw StorageError(
                code: code, message: Self.reason(code, opened), path: path,
                systemCode: opened.map { sqlite3_system_errno($0) } ?? 0)
        }
        pointer = opened
        file = OpenedFile(path)
        rejectCommitsToMissingFile()
    }

    /// Rejects commits if the file was deleted or replaced, because nobody could read them.
    ///
    /// SQLite itself does this only without a WAL (SQLITE_READONLY_DBMOVED). The check takes a
    /// microsecond, a commit a thousand times as long.
    private func rejectCommitsToMissingFile() {
        sqlite3_commit_hook(
            pointer,
            { file in
                guard let file else { return 0 }
                return Unmanaged<OpenedFile>.fromOpaque(file).takeUnretainedValue().isMissing
                    ? 1 : 0
            }, Unmanaged.passUnretained(file).toOpaque())
    }

    deinit {
        // Unlike sqlite3_close, this waits for statements that are still in use.
        sqlite3_close_v2(pointer)
    }

    /// Sets how long to wait for locks of other connections.
    ///
    /// The busy handler retries every millisecond. SQLite's own handler (`sqlite3_busy_timeout`)
    /// waits up to 100 ms between retries; during an import, which holds the lock almost always, it
    /// waited for seconds. See https://sqlite.org/c3ref/busy_handler.html.
    func wait(upTo milliseconds: Int32) {
        let tries = Int(milliseconds)
        sqlite3_busy_handler(
            pointer,
            { tries, count in
                guard Int(count) < Int(bitPattern: tries) else { return 0 }
                usleep(1000)
                return 1
            }, UnsafeMutableRawPointer(bitPattern: tries))
    }

    /// Keeps the WAL and its index when the last connection is closed.
    func keepWAL() {
        var isKept: Int32 = 1
        sqlite3_file_control(pointer, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
    }

    private static let isMemoryAccountingOff = callback_count_no_memory() == SQLITE_OK

    private static func reason(_ code: Int32, _ handle: OpaquePointer?) -> String {
        String(cString: handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle))
    }
}

/// Creates the file with mode 0600. SQLite uses the same mode for the -wal and -shm files.
///
/// SQLite reports any failure when it opens the file.
private func createPrivately(_ path: String) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
    if descriptor >= 0 { close(descriptor) }
}

/// The identity of a file, independent of its path. Nil if the path has no file.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}

/// The file that a connection opened, and its path.
final class OpenedFile {
    private let path: String
    private let identity: FileIdentity?

    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether the path no longer leads to the opened file.
    ///
    /// SQLite's own check (SQLITE_FCNTL_HAS_MOVED) considers neither symbolic links nor devices. A
    /// file that was deleted before its identity could be read is missing as well.
    var isMissing: Bool { identity == nil || FileIdentity(path) != identity }
}

/// Detects network file systems, on which SQLite's locks and shared memory do not work.
///
/// https://sqlite.org/wal.html: "All processes using a database must be on the same host computer;
/// WAL does not work over a network filesystem."
package enum NetworkFileSystem {
    /// Returns the name of the network file system that contains a path, or nil if it is another
    /// file system or unknown.
    package static func name(at path: String) -> String? {
        magic(at: path).flatMap { names[$0] }
    }

    /// Returns the magic number of the file system, or nil if the path does not exist.
    static func magic(at path: String) -> UInt32? {
        let kind = callback_file_system(path)
        return kind < 0 ? nil : UInt32(truncatingIfNeeded: kind)
    }

    /// The network file systems by their magic numbers in statfs(2) and linux/magic.h.
    static let names: [UInt32: String] = [
        0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x517B: "SMB",
        0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x0102_1997: "9P",
        0x00C3_6400: "Ceph", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD3: "Lustre",
        0x786F_4256: "VirtualBox", 0x564C: "NCP", 0x4750_4653: "GPFS",
    ]
}
