import Glibc

/// Finds the configuration file: `--config`, the environment, the working directory, `/etc`.
///
/// The first of them that is named decides, also when no file is there: a run never falls back
/// from a place that somebody asked for to another one.
package struct ConfigurationLocator: Sendable {
    /// The variable that names the file.
    package static let variable = "CALLBACK_REPORTS_CONFIG"
    /// The name in the working directory.
    package static let fileName = "callback-reports.json"

    /// Where it is looked for at last.
    package static let systemFile = "/etc/callback-reports/config.json"

    private let flag: String?
    private let environment: [String: String]
    private let workingDirectory: String
    private let systemFile: String

    /// `flag` is the value of `--config`; `workingDirectory` is absolute.
    package init(
        flag: String?, environment: [String: String], workingDirectory: String,
        systemFile: String = ConfigurationLocator.systemFile
    ) {
        self.flag = flag
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.systemFile = systemFile
    }

    /// The name under which the file is found in a directory, which must be there.
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

    /// Reads the file; `notFound` names every place that was looked at.
    package func read() throws(ConfigurationError) -> ConfigurationFile {
        for place in places {
            if let file = try read(place) { return file }
        }
        throw .notFound(places: places.map(\.shown))
    }

    private typealias Candidate = (path: String, shown: String)

    private var places: [Candidate] {
        if let flag { return [(flag, "\(flag) (--config)")] }
        if let named = environment[Self.variable], !named.isEmpty {
            return [(named, "\(named) ($\(Self.variable))")]
        }
        return [(Self.fileName, "./\(Self.fileName)"), (systemFile, systemFile)]
    }

    private func read(_ candidate: Candidate) throws(ConfigurationError) -> ConfigurationFile? {
        let path = absolute(candidate.path, in: workingDirectory)
        do throws(FileReadError) {
            let bytes = try bytes(ofFile: path)
            return ConfigurationFile(name: candidate.path, path: path, bytes: bytes)
        } catch {
            if error.isAbsence { return nil }
            throw .unreadable(file: candidate.path, reason: error.reason)
        }
    }
}
