package import Templates

/// An error that prevents the program from using a set of templates.
package enum TemplateSetError: Error, Hashable, Sendable {
    /// The directory or a file in it cannot be read or is not UTF-8.
    case unreadable(path: String)
    /// A file does not have the name of a template.
    case unknownTemplate(path: String, nearest: String?)
    /// All errors in the files.
    case errors([TemplateError])
}

extension TemplateSetError: CustomStringConvertible {
    /// One line per error, starting with its location.
    package var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): cannot be read as templates in UTF-8; check the path and its permissions"
        case .unknownTemplate(let path, let nearest):
            "\(path): no template has this name"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; remove or rename the file")
        case .errors(let errors):
            errors.map(\.description).joined(separator: "\n")
        }
    }
}
