import Glibc

/// Logs of other programs, as configured.
package struct SourcePattern: Hashable, Sendable {
    /// A path, or a pattern with `*`, `?` and `[…]`.
    package var path: String
    /// Patterns of rotated files, if their names do not show what they are.
    package var rotatedTo: [String]
    /// The fields that identify a callback, or `nil` for `callback_id` alone.
    package var key: CallbackKey?

    package init(path: String, rotatedTo: [String] = [], key: CallbackKey? = nil) {
        self.path = path
        self.rotatedTo = rotatedTo
        self.key = key
    }

    /// Returns whether a path is a log of this source that is still being written.
    func names(_ path: String) -> Bool {
        self.path == path || fnmatch(self.path, path, FNM_PATHNAME) == 0
    }

    /// Whether the path contains none of `*`, `?` and `[`.
    var isLiteral: Bool { !path.contains { "*?[".contains($0) } }
}
