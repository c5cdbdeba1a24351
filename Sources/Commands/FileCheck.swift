import Glibc

/// Checks that commands make before they open files.
package enum FileCheck {
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether the file does not exist. Returns false for a file in a folder that the user may not
    /// enter.
    package static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }
}
