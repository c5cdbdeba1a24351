import Glibc

/// A file that could not be made, with the reason that the system gave last.
struct FileWriteError: Error {
    let path: String
    let code: Int32

    init(path: String) {
        self.path = path
        code = errno
    }

    /// A full disk or a fault of it may pass; a missing or closed directory does not.
    var result: DeliveryResult {
        let reply = DeliveryReply(.file, "\(path): \(String(cString: strerror(code)))")
        switch code {
        case ENOENT, ENOTDIR, EACCES, EPERM, EROFS, ENAMETOOLONG: return .misconfigured(reply)
        default: return .deferred(reply)
        }
    }
}
