import FileOwners
import Glibc
import TextSupport

/// Delivers mails to a Maildir, which mail readers can open. See
/// https://cr.yp.to/proto/maildir.html.
///
/// The file name is derived from the content and the recipient. If a mail is delivered again after
/// a crash between writing and recording, it does not appear twice.
package final class MaildirTransport: MailTransport {
    private let directory: String

    /// Creates a transport.
    ///
    /// - Parameter directory: The Maildir. It is created at the first delivery; its parent must
    ///   exist.
    package init(directory: String) {
        self.directory = directory
    }

    package func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult {
        let hash = SHA256.hexadecimal(message + [0] + Array(to.utf8))
        let name = "\(hash.prefix(40)).callback-reports"
        do throws(FileWriteError) {
            try makeDirectories()
            if try isDelivered(name) {
                return .accepted(DeliveryReply(.file, "\(name) is already in \(directory)"))
            }
            let draft = path("tmp", "\(name).\(getpid())")
            defer { unlink(draft) }
            try DurableFile.write(message, to: draft)
            guard beforeFinalDot() else { return SessionRequirements.AbortReason.notMarked.result }
            try DurableFile.link(draft, to: path("new", name), in: path("new"))
            return .accepted(DeliveryReply(.file, "written to \(path("new", name))"))
        } catch {
            return error.result()
        }
    }

    package func probe() -> DeliveryResult {
        do throws(FileWriteError) {
            try makeDirectories()
            guard access(path("tmp"), W_OK) == 0, access(path("new"), W_OK) == 0 else {
                throw FileWriteError(path: directory)
            }
            return .accepted(DeliveryReply(.file, "\(directory) is writable"))
        } catch {
            return error.result()
        }
    }

    /// Returns why no mail can be delivered, or nil if one may be. Creates nothing.
    ///
    /// - Parameter isOfRuns: Whether this user is the one of the runs. The permissions of another user
    ///   say nothing about them.
    package func problem(isOfRuns: Bool) -> String? {
        for directory in [directory, path("tmp"), path("new")] {
            if access(directory, F_OK) != 0, errno == ENOENT { continue }
            if let problem = Self.problem(in: directory, isOfRuns) { return problem }
        }
        guard access(directory, F_OK) != 0 else { return nil }
        let parent = directory.lastIndex(of: "/").map { String(directory[...$0]) } ?? "."
        return Self.problem(in: parent, isOfRuns)
    }

    /// Returns why no file can be created in a directory, or nil if one can.
    private static func problem(in directory: String, _ isOfRuns: Bool) -> String? {
        var status = stat()
        if stat(directory, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
            return "\(directory): \(String(cString: strerror(ENOTDIR)))"
        }
        if access(directory, W_OK | X_OK) != 0, errno == EACCES, !isOfRuns { return nil }
        return WriteAccess().problem(creatingIn: directory)
    }

    package func close() {}

    private func path(_ parts: String...) -> String {
        ([directory] + parts).joined(separator: "/")
    }

    private func makeDirectories() throws(FileWriteError) {
        for directory in [directory, path("tmp"), path("new"), path("cur")] {
            guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
                throw FileWriteError(path: directory)
            }
        }
    }

    /// Whether the mail is already in the Maildir, even if a reader has moved it and appended
    /// flags.
    private func isDelivered(_ name: String) throws(FileWriteError) -> Bool {
        if access(path("new", name), F_OK) == 0 { return true }
        return try DurableFile.names(in: path("cur")).contains { $0.hasPrefix(name) }
    }
}

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
