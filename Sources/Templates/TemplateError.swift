/// An error in a template, with its position.
package struct TemplateError: Error, Hashable, Sendable {
    /// The name of the template, such as `report-text`.
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
        /// Partials that include each other endlessly. The last name is the same as the first.
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
    /// The position, the error and the remedy in one line.
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
        case .emptyTag: "this tag is empty"
        case .badName(let name): "'\(name)' is not a name; names contain no spaces or empty parts"
        case .badDelimiters(let text):
            "'\(text)' is not a pair of delimiters; use two words without '=', as in {{=<% %>=}}"
        case .unclosedSection(let name):
            "section '\(name)' has no end; close it with {{/\(name)}}"
        case .mismatchedEnd(let name, let expected, let opened):
            "{{/\(name)}} does not match the open section '\(expected)' (\(opened)); close that one first"
        case .strayEnd(let name): "{{/\(name)}} closes a section, but none is open"
        case .unknown(let kind, let name, let nearest):
            "unknown \(kind) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .endlessPartials(let names):
            "partial '\(names[0])' includes itself endlessly: "
                + names.joined(separator: " → ")
        case .partialsTooDeep(let name, let limit):
            "partial '\(name)' is nested more than \(limit) deep; does it include itself?"
        }
    }
}
