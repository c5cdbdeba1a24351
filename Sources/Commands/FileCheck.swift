import Glibc

/// Questions about files that a command asks before it works on them.
package enum FileCheck {
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether no file is there, as opposed to one in a folder that this user may not enter.
    package static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }
}
