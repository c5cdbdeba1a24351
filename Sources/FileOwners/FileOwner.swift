package import Glibc

/// Explains permission errors that occur because a file belongs to another user, typically root.
///
/// The operating system only reports "Permission denied". These texts name the owner and the
/// command that fixes it.
package enum FileOwner {
    /// Returns who owns a file and how to fix it, starting with "; ", or an empty string if the
    /// file is the user's own.
    ///
    /// - Parameters:
    ///   - path: The file. If it does not exist, its directory is examined instead.
    ///   - code: The `errno` value. Other values than `EACCES` and `EPERM` return an empty
    ///     string.
    package static func remedy(
        at path: String, code: Int32, for user: uid_t = geteuid()
    ) -> String {
        guard code == EACCES || code == EPERM, let text = difference(at: path, for: user) else {
            return ""
        }
        return "; \(text)"
    }

    /// Returns who owns a file and how to fix it, regardless of an error, or nil if the file is the
    /// user's own.
    package static func difference(at path: String, for user: uid_t = geteuid()) -> String? {
        var status = stat()
        let exists = stat(path, &status) == 0
        guard exists || stat(folder(of: path), &status) == 0 else { return nil }
        guard user != 0, status.st_uid != user else { return nil }
        let owner = name(of: status.st_uid)
        let subject = exists ? "the file belongs" : "the directory belongs"
        let target = exists ? path : folder(of: path)
        return "\(subject) to \(owner), and this program runs as \(name(of: user)); "
            + "run it as \(owner), or run 'chown \(name(of: user)) \(target)'"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Returns the name of a user, or the number if the user has no name.
    private static func name(of user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return String(user) }
        return String(cString: name)
    }
}
