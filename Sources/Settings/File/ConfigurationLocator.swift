import FileOwners
import Glibc
import JSON

/// Finds the configuration file: `--config`, the environment variable, the working directory,
/// `/etc`.
///
/// The first location that the user specified is used, even if it does not exist. A location that
/// the user asked for never falls back to another one.
package struct ConfigurationLocator: Sendable {
    /// The environment variable with the file name.
    package static let variable = "CALLBACK_REPORTS_CONFIG"
    /// The file name in the working directory.
    package static let fileName = "callback-reports.json"

    /// The path that is searched last.
    package static let systemFile = "/etc/callback-reports/config.json"

    private let flag: String?
    private let environment: [String: String]
    private let workingDirectory: String
    private let systemFile: String

    /// Creates a locator.
    ///
    /// - Parameters:
    ///   - flag: The value of `--config`.
    ///   - environment: The environment variables.
    ///   - workingDirectory: The absolute path of the working directory.
    ///   - systemFile: The path that is searched last.
    package init(
        flag: String?, environment: [String: String], workingDirectory: String,
        systemFile: String = ConfigurationLocator.systemFile
    ) {
        self.flag = flag
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.systemFile = systemFile
    }

    /// Returns the file name that the locator looks for in an existing directory.
    package static func fileName(
        in directory: String, systemFile: String = ConfigurationLocator.systemFile
    ) -> String {
        let slash = systemFile.lastIndex(of: "/") ?? systemFile.startIndex
        guard let real = realPath(directory), real == realPath(String(systemFile[..<slash])) else {
            return fileName
        }
        return String(systemFile[systemFile.index(after: slash)...])
    }

    private static func realPath(_ path: String) -> String? {
        let real = realpath(path, nil)
        defer { free(real) }
        return real.map { String(cString: $0) }
    }

    /// Reads the file.
    ///
    /// - Throws: ``ConfigurationError/missing(file:option:)`` if the user named a file that does not
    ///   exist, ``ConfigurationError/notFound(places:)`` with all searched locations, or
    ///   ``ConfigurationError/unreadable(file:reason:)``.
    package func read() throws(ConfigurationError) -> ConfigurationFile {
        if let named {
            if let file = try read((named.path, named.path)) { return file }
            throw .missing(file: named.path, option: named.option)
        }
        for place in places {
            if let file = try read(place) { return file }
        }
        throw .notFound(places: places.map(\.shown))
    }

    /// The file that the user named, and with what. The default places are then not searched.
    private var named: (path: String, option: String)? {
        if let flag { return (flag, "--config") }
        guard let path = environment[Self.variable], !path.isEmpty else { return nil }
        return (path, "$\(Self.variable)")
    }

    private var isNamed: Bool { named != nil }

    private typealias Candidate = (path: String, shown: String)

    private var places: [Candidate] {
        [(Self.fileName, "./\(Self.fileName)"), (systemFile, systemFile)]
    }

    private func read(_ candidate: Candidate) throws(ConfigurationError) -> ConfigurationFile? {
        let path = absolute(candidate.path, in: workingDirectory)
        do throws(FileReadError) {
            let bytes = try bytes(ofFile: path)
            return ConfigurationFile(
                name: candidate.path, path: path,
                isFoundByDefault: !isNamed || path == systemFile, bytes: bytes)
        } catch {
            if error.isMissingFile { return nil }
            throw .unreadable(file: candidate.path, reason: error.reason)
        }
    }
}

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

/// An error that occurred while reading a file.
struct FileReadError: Error {
    let path: String
    let number: Int32

    /// Whether the file does not exist.
    var isMissingFile: Bool { number == ENOENT || number == ENOTDIR }

    var reason: String {
        String(cString: strerror(number)) + FileOwner.remedy(at: path, code: number)
    }
}

/// Returns all bytes of a file or pipe.
///
/// - Throws: ``FileReadError`` if the file cannot be read or has more than `limit` bytes.
func bytes(ofFile path: String, limit: Int = 16 << 20) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReadError(path: path, number: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count < 0 && errno != EINTR { throw FileReadError(path: path, number: errno) }
        bytes += buffer.prefix(max(0, count))
        guard bytes.count <= limit else { throw FileReadError(path: path, number: EFBIG) }
    }
}
