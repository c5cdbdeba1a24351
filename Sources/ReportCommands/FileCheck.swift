import Glibc

/// Questions about files that a command asks before it works on them.
enum FileCheck {
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
