package import Templates

/// Why a set of templates cannot be used.
package enum TemplateSetError: Error, Hashable, Sendable {
    /// The directory or a file in it cannot be read, or is not UTF-8.
    case unreadable(path: String)
    /// A file replaces none of the templates.
    case unknownTemplate(path: String, nearest: String?)
    /// Everything that is wrong within the files, by file.
    case mistakes([TemplateError])
}

extension TemplateSetError: CustomStringConvertible {
    /// A line for each mistake, beginning with its place.
    package var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): cannot be read as templates in UTF-8; check the path and its permissions"
        case .unknownTemplate(let path, let nearest):
            "\(path): no template has this name"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; remove or rename the file")
        case .mistakes(let mistakes):
            mistakes.map(\.description).joined(separator: "\n")
        }
    }
}
