import FoundationEssentials
import Glibc
import Storage

/// A directory that contains source files.
struct Directory: Hashable {
    let path: String

    /// - Parameter path: The path with or without a trailing slash. Empty for the current
    ///   directory.
    init(_ path: String) {
        self.path = path
    }

    /// Creates the directory of a file from the file's path.
    init(of file: String) {
        path = String(file[..<(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)])
    }

    /// The names in the directory, or `nil` if it cannot be listed.
    var names: [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: path.isEmpty ? "." : path)
    }

    /// A regular file in a directory.
    struct File: Equatable {
        let identity: FileCheckpoint.Identity
        let path: String
    }

    /// The regular files in the directory, sorted by name, or `nil` if it cannot be listed.
    var files: [File]? {
        names?.sorted().compactMap { name in
            let file = path.isEmpty || path.hasSuffix("/") ? path + name : path + "/" + name
            return FileCheckpoint.Identity(ofFileAt: file).map { File(identity: $0, path: file) }
        }
    }
}

extension FileCheckpoint.Identity {
    /// Returns the identity of the regular file at a path, or `nil` if there is none.
    package init?(ofFileAt path: String) {
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
