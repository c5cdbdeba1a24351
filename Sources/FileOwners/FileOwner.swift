package import Glibc

/// Explains permission errors that occur because a file or directory belongs to another user,
/// typically root.
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
        guard let target = nearest(to: path, &status) else { return nil }
        guard user != 0, status.st_uid != user else { return nil }
        let (owner, own) = (name(of: status.st_uid), name(of: user))
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return "the file belongs to \(owner), and this program runs as \(own); "
                + "run it as \(owner), or run 'chown \(own) \(target)'"
        }
        // Other programs may need the directory as it is, so the remedy has a condition.
        return "the directory \(target) belongs to \(owner), and this program runs as \(own); "
            + "run it as \(owner), or give \(own) access to the directory, with "
            + "'chown \(own) \(target)' if only this program uses it"
    }

    /// Returns the path itself, or the nearest directory above it that this user can see.
    private static func nearest(to path: String, _ status: inout stat) -> String? {
        var place = withoutSlash(path)
        while stat(place, &status) != 0 {
            // Only a missing file is explained by its directory, and only if that exists.
            guard errno == EACCES || place == withoutSlash(path), place != ".", place != "/" else {
                return nil
            }
            place = folder(of: place)
        }
        return place
    }

    private static func withoutSlash(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Returns the directory of a file.
    static func folder(of path: String) -> String {
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
