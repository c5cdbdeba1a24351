import FileOwners
import FoundationEssentials
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
    /// A run that is killed before its transaction commits leaves bytes that the next run appends
    /// again. They are kept once.
    ///
    /// - Parameters:
    ///   - header: The first lines of a new file.
    ///   - size: The size of the file without such bytes, or `nil` if it is not known.
    /// - Returns: The size after the appended bytes.
    @discardableResult
    func append(
        _ bytes: [UInt8], after header: [UInt8] = [], from size: Int64? = nil
    ) throws(StorageError) -> Int64 {
        let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure }
        defer { close(file) }
        let end = Int64(lseek(file, 0, SEEK_END))
        if end == 0 { share(file) }
        let start = size.flatMap { $0 < end ? $0 : nil } ?? end
        let content = (start == 0 ? header : []) + bytes
        guard let known = equalBytes(in: file, from: start, to: end, content) else {
            return try write(bytes, to: file, at: end)
        }
        _ = try write(Array(content[known...]), to: file, at: end)
        return start + Int64(content.count)
    }

    /// Returns how many of the first bytes are already in the file, or `nil` if it contains others.
    private func equalBytes(
        in file: Int32, from start: Int64, to end: Int64, _ content: [UInt8]
    ) -> Int? {
        let size = Int(min(end - start, Int64(content.count)))
        var found = [UInt8](repeating: 0, count: size)
        guard pread(file, &found, size, off_t(start)) == size, found[...] == content[..<size] else {
            return nil
        }
        return size
    }

    /// Writes bytes at the end, or nothing if the disk is full. Returns the new size.
    private func write(
        _ bytes: [UInt8], to file: Int32, at end: Int64
    ) throws(StorageError) -> Int64 {
        guard write(bytes, to: file), fsync(file) == 0 else {
            let failure = failure
            _ = ftruncate(file, off_t(end))
            throw failure
        }
        return end + Int64(bytes.count)
    }

    /// Removes lines. A file without lines is deleted.
    func remove(where isHealed: (String) -> Bool) throws(StorageError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        let lines = text.split(separator: "\n").map(String.init)
        let rest = lines.filter { !isHealed($0) }
        guard rest.count < lines.count else { return }
        if rest.isEmpty {
            guard unlink(path) == 0 else { throw failure }
            return
        }
        // A crash leaves the old file or the new one.
        let new = SavedLines(path: path + ".new", database: database, contents: contents)
        unlink(new.path)
        try new.append(Array(rest.map { $0 + "\n" }.joined().utf8))
        guard rename(new.path, path) == 0 else { throw failure }
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
        let code = errno
        let owner = FileOwner.remedy(at: path, code: code)
        return StorageError(
            .unavailable, at: path,
            "cannot save \(contents): \(String(cString: strerror(code)))\(owner)",
            remedy: owner.isEmpty
                ? "check the disk; the last change was not saved"
                : "the source waits until then")
    }
}
