import FileOwners
import Glibc

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
