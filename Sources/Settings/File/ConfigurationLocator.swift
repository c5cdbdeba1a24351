import Glibc

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
    ///   - flag: the value of `--config`.
    ///   - environment: the environment variables.
    ///   - workingDirectory: the absolute path of the working directory.
    ///   - systemFile: the path that is searched last.
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
