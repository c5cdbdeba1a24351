import FoundationEssentials
import Glibc

/// A folder in which the files of sources lie.
struct Directory: Hashable {
    let path: String

    /// - Parameter path: with or without a slash at its end; empty for the current one.
    init(_ path: String) {
        self.path = path
    }

    /// The folder that a file is in, by its path.
    init(of file: String) {
        path = String(file[..<(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)])
    }

    /// What is in it; nil when it cannot be listed.
    var names: [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: path.isEmpty ? "." : path)
    }

    /// The regular files in it by their identity; nil when it cannot be listed.
    var files: [(identity: FileCheckpoint.Identity, path: String)]? {
        names?.sorted().compactMap { name in
            let file = path.isEmpty || path.hasSuffix("/") ? path + name : path + "/" + name
            return FileCheckpoint.Identity(ofFileAt: file).map { ($0, file) }
        }
    }
}

extension FileCheckpoint.Identity {
    /// The regular file at a path; nil when there is none.
    init?(ofFileAt path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        self.init(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino)))
    }
}
