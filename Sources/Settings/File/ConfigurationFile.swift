/// The bytes of a configuration file, with the name that messages show.
package struct ConfigurationFile: Hashable, Sendable {
    /// As it was asked for, such as `callback-reports.json`.
    package let name: String
    /// Absolute; relative paths in the file start from its directory.
    package let path: String
    let bytes: [UInt8]

    /// A file that need not exist, for the text that a test or `init` has at hand.
    package init(name: String, path: String, text: String) {
        self.init(name: name, path: path, bytes: Array(text.utf8))
    }

    init(name: String, path: String, bytes: [UInt8]) {
        self.name = name
        self.path = path
        self.bytes = bytes
    }

    /// Absolute, without a slash at the end unless it is the root.
    var directory: String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}

/// The path from the root, when it is relative from `directory`.
func absolute(_ path: String, in directory: String) -> String {
    if path.hasPrefix("/") { return path }
    return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
}
