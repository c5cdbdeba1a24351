import FileOwners
import Glibc

/// Writes files that survive a loss of power.
enum DurableFile {
    /// Writes a new file that only its owner can read, and flushes it to disk.
    static func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileWriteError(path: path) }
        let isWritten = write(bytes, to: file) && fsync(file) == 0
        let fault = FileWriteError(path: path)
        guard Glibc.close(file) == 0, isWritten else { throw fault }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Links a file to its final name in a directory. If the name already exists, this does
    /// nothing.
    static func link(
        _ draft: String, to path: String, in directory: String
    ) throws(FileWriteError) {
        guard Glibc.link(draft, path) == 0 || errno == EEXIST else {
            throw FileWriteError(path: path)
        }
        let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw FileWriteError(path: directory) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw FileWriteError(path: directory) }
    }

    static func names(in directory: String) throws(FileWriteError) -> [String] {
        guard let stream = opendir(directory) else { throw FileWriteError(path: directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

/// An error that occurred while writing a file, with the current `errno`.
struct FileWriteError: Error {
    let path: String
    let code: Int32

    init(path: String) {
        self.path = path
        code = errno
    }

    /// Errors of a full or faulty disk are temporary. A missing or inaccessible directory is not.
    func result(for user: uid_t = geteuid()) -> DeliveryResult {
        let remedy = FileOwner.remedy(at: path, code: code, for: user)
        let cause = String(cString: strerror(code)) + remedy
        let reply = DeliveryReply(.file, "\(path): \(cause)")
        switch code {
        case ENOENT, ENOTDIR, EACCES, EPERM, EROFS, ENAMETOOLONG: return .misconfigured(reply)
        default: return .deferred(reply)
        }
    }
}
