/// An error that prevents the program from using the configuration. The exit status is 78.
package enum ConfigurationError: Error, Hashable, Sendable {
    /// The configuration file does not exist. `places` are the locations as they were searched.
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
