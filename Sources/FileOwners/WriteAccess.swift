import Glibc

/// Finds out why this user cannot write to a file, without creating or changing anything.
package struct WriteAccess: Sendable {
    /// Returns 0, or the `errno` value that explains why the effective user has no such access.
    private let denial: @Sendable (_ path: String, _ mode: Int32) -> Int32
    private let fileSystem: @Sendable (_ path: String) -> FileSystemState?

    /// The access of this process.
    package init() {
        self.init(
            denial: { faccessat(AT_FDCWD, $0, $1, AT_EACCESS) == 0 ? 0 : errno },
            fileSystem: { FileSystemState(at: $0) })
    }

    package init(
        denial: @escaping @Sendable (_ path: String, _ mode: Int32) -> Int32,
        fileSystem: @escaping @Sendable (_ path: String) -> FileSystemState?
    ) {
        (self.denial, self.fileSystem) = (denial, fileSystem)
    }

    /// Returns why this user cannot write to a file, or nil if the user can.
    ///
    /// If the file does not exist, the user must be able to create it. The text begins with the file or
    /// directory that is the cause, and contains the remedy.
    package func problem(writing path: String) -> String? {
        let folder = FileOwner.folder(of: path)
        guard denial(path, F_OK) == 0 else { return problem(creatingIn: folder) }
        return refusal(path, W_OK) ?? problem(ofFileSystemAt: folder)
    }

    /// Returns why this user cannot create files in a directory, or nil if the user can.
    package func problem(creatingIn folder: String) -> String? {
        refusal(folder, W_OK | X_OK) ?? problem(ofFileSystemAt: folder)
    }

    private func refusal(_ path: String, _ mode: Int32) -> String? {
        switch denial(path, mode) {
        case 0: return nil
        case EROFS: return "\(path): \(FileSystemState.readOnlyWords)"
        case let code:
            let owner = FileOwner.remedy(at: path, code: code)
            let remedy =
                owner.isEmpty && code == EACCES ? "; grant this user write permission" : owner
            return "\(path): \(String(cString: strerror(code)))\(remedy)"
        }
    }

    /// Returns why no user can write to a directory: its file system is full or read-only. Returns
    /// nil otherwise.
    package func problem(ofFileSystemAt folder: String) -> String? {
        guard let state = fileSystem(folder) else { return nil }
        if state.isReadOnly { return "\(folder): \(FileSystemState.readOnlyWords)" }
        return state.isFull ? "\(folder): \(FileSystemState.fullWords)" : nil
    }
}

/// The state of the file system that contains a path.
package struct FileSystemState: Equatable, Sendable {
    package var isReadOnly: Bool
    /// Whether a small file can no longer be written.
    package var isFull: Bool

    package init(isReadOnly: Bool = false, isFull: Bool = false) {
        (self.isReadOnly, self.isFull) = (isReadOnly, isFull)
    }

    /// Returns nil if neither the path nor its directory can be examined.
    package init?(at path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 || statvfs(FileOwner.folder(of: path), &status) == 0
        else { return nil }
        isReadOnly = status.f_flag & UInt(ST_RDONLY) != 0
        // Some file systems have no fixed size. Those have no blocks, or no inodes.
        let blocks = geteuid() == 0 ? status.f_bfree : status.f_bavail
        let isOutOfBlocks = status.f_blocks > 0 && blocks * status.f_frsize < Self.leastBytes
        isFull = isOutOfBlocks || status.f_files > 0 && status.f_ffree == 0
    }

    /// A transaction of a few records needs about this much.
    private static let leastBytes: UInt = 128 << 10

    package static let readOnlyWords =
        "the file system is mounted read-only; mount it writable, or use another directory"
    package static let fullWords = "no space is left on the file system; free up disk space"
}
