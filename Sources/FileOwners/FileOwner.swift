package import Glibc

/// Files that this user may not use because they are another user's, mostly root's.
///
/// The system says "Permission denied", which leaves open whose mistake it is.
package enum FileOwner {
    /// Who owns a file, and what to do, where it is another user's; empty otherwise.
    ///
    /// - Parameters:
    ///   - path: a file, or one that cannot be made: then its folder is meant.
    ///   - code: the system's error number; only that of a missing right is looked into.
    package static func remedy(at path: String, code: Int32) -> String {
        guard code == EACCES || code == EPERM, let words = difference(at: path) else { return "" }
        return "; \(words)"
    }

    /// The same without the error: nil where the file is this user's own.
    package static func difference(at path: String, for user: uid_t = geteuid()) -> String? {
        var status = stat()
        let isThere = stat(path, &status) == 0
        guard isThere || stat(folder(of: path), &status) == 0 else { return nil }
        guard user != 0, status.st_uid != user else { return nil }
        let owner = name(of: status.st_uid)
        let subject = isThere ? "it belongs" : "its folder belongs"
        let target = isThere ? path : folder(of: path)
        return "\(subject) to \(owner), and this program runs as \(name(of: user)); "
            + "run it as \(owner), or run 'chown \(name(of: user)) \(target)'"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A user's name, or number where there is none.
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
