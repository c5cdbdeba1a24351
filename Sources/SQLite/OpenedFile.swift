import Glibc

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
