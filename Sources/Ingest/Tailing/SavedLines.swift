import Glibc
import StorageErrors

/// A file next to the database to which lines are appended. The operator removes it.
struct SavedLines {
    let path: String
    /// The path of the database. A new file gets its permissions and group, so that users who can
    /// read the database can also read the lines that it does not contain.
    let database: String
    /// What the lines are, for messages.
    let contents: String

    /// Whether the file exists but this user cannot read it.
    var isUnreadable: Bool { access(path, F_OK) == 0 && access(path, R_OK) != 0 }

    /// The number of lines. 0 if the file does not exist or cannot be read.
    var count: Int {
        guard let file = try? InputFile(path: path, onlyRegular: true) else { return 0 }
        var count = 0
        try? FileBytes(file).read(upTo: .max) { piece in
            count += piece.count { $0 == UInt8(ascii: "\n") }
        }
        return count
    }

    /// Appends bytes, which are on disk when this returns.
    ///
    /// - Parameter header: The first lines of a new file.
    func append(_ bytes: [UInt8], after header: [UInt8] = []) throws(StorageError) {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure }
        defer { close(file) }
        let isNew = lseek(file, 0, SEEK_END) == 0
        if isNew { share(file) }
        guard write((isNew ? header : []) + bytes, to: file), fsync(file) == 0 else {
            throw failure
        }
    }

    /// Only root and members of the group can set it. Otherwise the owner's group remains.
    private func share(_ file: Int32) {
        var status = stat()
        guard stat(database, &status) == 0 else { return }
        fchmod(file, status.st_mode & 0o666)
        _ = fchown(file, uid_t.max, status.st_gid)
    }

    private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { return false }
            rest = rest.dropFirst(size)
        }
        return true
    }

    private var failure: StorageError {
        StorageError(
            .unavailable, at: path,
            "cannot save \(contents): \(String(cString: strerror(errno)))",
            remedy: "check the disk; the last change was not saved")
    }
}
