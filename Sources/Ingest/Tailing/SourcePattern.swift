import Glibc

/// Logs that other programs write, as the configuration names them.
package struct SourcePattern: Hashable, Sendable {
    /// A path, or a pattern with `*`, `?` and `[…]`.
    package var path: String
    /// Patterns of the files that rotation makes of them, where their names do not tell.
    package var rotatedTo: [String]
    /// What tells callbacks apart, where that is not their id alone.
    package var key: CallbackKey?

    package init(path: String, rotatedTo: [String] = [], key: CallbackKey? = nil) {
        self.path = path
        self.rotatedTo = rotatedTo
        self.key = key
    }

    /// Whether a path is a log of this source while it is written.
    func names(_ path: String) -> Bool {
        self.path == path || fnmatch(self.path, path, FNM_PATHNAME) == 0
    }

    /// Whether the path is without `*`, `?` and `[`.
    var isLiteral: Bool { !path.contains { "*?[".contains($0) } }
}
