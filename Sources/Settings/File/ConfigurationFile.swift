/// The contents of a configuration file, and its name for messages.
package struct ConfigurationFile: Hashable, Sendable {
    /// The name as the user gave it, such as `callback-reports.json`.
    package let name: String
    /// The absolute path. Relative paths in the file are resolved against its directory.
    package let path: String
    let bytes: [UInt8]

    /// Creates a file from a text, for `init` and for tests. The file need not exist.
    package init(name: String, path: String, text: String) {
        self.init(name: name, path: path, bytes: Array(text.utf8))
    }

    init(name: String, path: String, bytes: [UInt8]) {
        self.name = name
        self.path = path
        self.bytes = bytes
    }

    /// The absolute path of the directory, without a trailing slash unless it is the root.
    var directory: String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}

/// Returns the absolute path. Relative paths are resolved against `directory`.
func absolute(_ path: String, in directory: String) -> String {
    if path.hasPrefix("/") { return path }
    return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
}
