/// Why there is no configuration to work with; every one ends the program with status 78.
package enum ConfigurationError: Error, Hashable, Sendable {
    /// No file in any of the places, which are given as they were looked for.
    case notFound(places: [String])
    /// The file is there and cannot be read; `reason` is the system's.
    case unreadable(file: String, reason: String)
    /// All mistakes of the file, those inside companies too, in the order of the documentation.
    case mistakes(file: String, [Diagnostic])
}

extension ConfigurationError: CustomStringConvertible {
    /// One line a mistake, each with the file before it.
    package var description: String {
        switch self {
        case .notFound(let places):
            "no configuration found at \(places.joined(separator: " or ")); name one with --config "
                + "or $\(ConfigurationLocator.variable), or let 'callback-reports init' write one"
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)"
        case .mistakes(let file, let mistakes):
            mistakes.map { line(for: $0, in: file) }.joined(separator: "\n")
        }
    }
}

/// `FILE: PLACE: what is wrong; the remedy`.
func line(for mistake: Diagnostic, in file: String) -> String {
    "\(file): \(mistake)"
}
