/// A mistake in a template, with its place.
package struct TemplateError: Error, Hashable, Sendable {
    /// The name that the template was given, such as `report-text`.
    package var template: String
    package var position: TemplatePosition
    package var problem: Problem

    package enum Problem: Hashable, Sendable {
        case unclosedTag
        case emptyTag
        case badName(String)
        case badDelimiters(String)
        case unclosedSection(String)
        case mismatchedEnd(String, expected: String, opened: TemplatePosition)
        case strayEnd(String)
        case unknown(Kind, String, nearest: String?)
        case partialsTooDeep(String, limit: Int)
        /// The names of partials, each including the next; the last is the first again.
        case endlessPartials([String])
    }

    /// What an unknown name was used as.
    package enum Kind: String, Sendable {
        case name
        case section
        case partial
    }
}

extension TemplateError: CustomStringConvertible {
    /// One line: place, what is wrong, remedy.
    package var description: String {
        "\(template):\(position): \(problem)"
    }
}

extension TemplatePosition: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}

extension TemplateError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unclosedTag:
            "this tag has no end; close it with the current delimiter, such as '}}'"
        case .emptyTag: "this tag names nothing"
        case .badName(let name): "'\(name)' is not a name; names hold no spaces or empty parts"
        case .badDelimiters(let text):
            "'\(text)' are not delimiters; write two words without '=', as in {{=<% %>=}}"
        case .unclosedSection(let name):
            "section '\(name)' has no end; close it with {{/\(name)}}"
        case .mismatchedEnd(let name, let expected, let opened):
            "'\(name)' is closed here, but '\(expected)' of \(opened) is open"
        case .strayEnd(let name): "'\(name)' is closed here, but no section is open"
        case .unknown(let kind, let name, let nearest):
            "unknown \(kind) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .endlessPartials(let names):
            "partial '\(names[0])' includes itself without an end: "
                + names.joined(separator: " → ")
        case .partialsTooDeep(let name, let limit):
            "partial '\(name)' is nested more than \(limit) deep; does it include itself?"
        }
    }
}
