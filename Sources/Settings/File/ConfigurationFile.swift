import JSON

/// The contents of a configuration file, and its name for messages.
package struct ConfigurationFile: Hashable, Sendable {
    /// The name as the user gave it, such as `callback-reports.json`.
    package let name: String
    /// The absolute path. Relative paths in the file are resolved against its directory.
    package let path: String
    /// Whether commands find the file without `--config` or an environment variable.
    let isFoundByDefault: Bool
    let bytes: [UInt8]

    /// Creates a file from a text, for `init` and for tests. The file need not exist.
    package init(name: String, path: String, text: String) {
        self.init(name: name, path: path, bytes: Array(text.utf8))
    }

    init(name: String, path: String, isFoundByDefault: Bool = true, bytes: [UInt8]) {
        self.name = name
        self.path = path
        self.isFoundByDefault = isFoundByDefault
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

extension ConfigurationFile {
    /// Parses the file, and returns a diagnostic for each duplicate key.
    func tree() throws(ConfigurationError) -> (value: JSON5Value, repetitions: [Diagnostic]) {
        do throws(Diagnostic) {
            return try Self.parsed(text())
        } catch {
            throw .diagnostics(file: name, [error])
        }
    }

    /// Returns the text without the byte order mark that some editors write.
    private func text() throws(Diagnostic) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic(place: .root, problem: .notUTF8)
        }
        let body =
            text.unicodeScalars.first == "\u{FEFF}"
            ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        guard !body.allSatisfy(\.properties.isWhitespace) else {
            throw Diagnostic(place: .root, problem: .emptyFile)
        }
        return String(body)
    }

    private static func parsed(
        _ text: String
    ) throws(Diagnostic) -> (value: JSON5Value, repetitions: [Diagnostic]) {
        do throws(JSON5SyntaxError) {
            let (value, repetitions) = try JSON5Parser.parse(text)
            let diagnostics = repetitions.map { found in
                let problem = Problem.repeatedKey(found.key, line: found.line)
                return Diagnostic(place: found.object, problem: problem)
            }
            return (value, diagnostics)
        } catch {
            throw Diagnostic(
                place: .root.key("\(error.line):\(error.column)"), problem: .syntax(error.kind))
        }
    }
}

/// An error that prevents the program from using the configuration. The exit status is 78.
package enum ConfigurationError: Error, Hashable, Sendable {
    /// The file that the user named with an option or an environment variable does not exist.
    case missing(file: String, option: String)
    /// No configuration file exists. `places` are the locations as they were searched.
    case notFound(places: [String])
    /// The file exists but cannot be read. `reason` is the message of the operating system.
    case unreadable(file: String, reason: String)
    /// The file has errors. The list includes those inside companies, in the order of the
    /// documentation.
    case diagnostics(file: String, [Diagnostic])
}

extension ConfigurationError: CustomStringConvertible {
    /// One line per error, each starting with the file name.
    package var description: String {
        switch self {
        case .missing(let file, let option): "\(file): file not found; check \(option)"
        case .notFound(let places):
            "no configuration found at \(places.joined(separator: " or ")); use --config or "
                + "$\(ConfigurationLocator.variable), or run 'callback-reports init' to create one"
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)"
        case .diagnostics(let file, let diagnostics):
            diagnostics.map { line(for: $0, in: file) }.joined(separator: "\n")
        }
    }
}

/// Returns `FILE: PLACE: PROBLEM; REMEDY`.
func line(for diagnostic: Diagnostic, in file: String) -> String {
    "\(file): \(diagnostic)"
}
