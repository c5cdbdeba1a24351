import JSON

/// What is wrong with a map of another program's records: everything at once.
package struct MapError: Error, Hashable, Sendable {
    package let mistakes: [MapDiagnostic]
}

/// One thing that is wrong with a map.
package struct MapDiagnostic: Error, Hashable, Sendable {
    enum Problem: Hashable, Sendable {
        case syntax(JSONSyntaxError)
        case unknownName(String, nearest: String?)
        case missing(RecordField)
        /// Nothing tells how an attempt ended.
        case noOutcome
        case notPointer(String)
        /// Another type of value.
        case type(expected: String)
        case notOneKind
        case needsPointer
        case needsNumbers
        /// The field's own rule does not take the value.
        case refused(RecordError, nearest: String?)
    }

    /// A JSON pointer into the map; empty for the whole of it.
    let place: String
    let problem: Problem
}

extension MapDiagnostic: CustomStringConvertible {
    /// The place, what is wrong there, and the remedy, in one line without the file's name.
    package var description: String {
        // A record's mistake names its place itself.
        if case .refused(let mistake, let nearest) = problem {
            return mistake.description + Self.suggestion(nearest)
        }
        return place.isEmpty ? words : "\(place): \(words)"
    }

    private var words: String {
        switch problem {
        case .syntax(let error): error.description
        case .unknownName(let name, let nearest): "unknown '\(name)'" + Self.suggestion(nearest)
        case .missing(let field): "\(field.rawValue) is missing"
        case .noOutcome: "one of outcome, status and error is needed"
        case .notPointer(""): "'' points to the whole record and not to a value in it"
        case .notPointer(let text):
            "'\(text)' is no JSON pointer such as '/message/id' (RFC 6901)"
        case .type(let expected): "expected \(expected)"
        case .notOneKind: "expected one of 'pointer', 'join' and 'value'"
        case .needsPointer: "goes with 'pointer' only"
        case .needsNumbers: "goes with finished_at and duration_ms only"
        case .refused(let mistake, _): mistake.description
        }
    }

    private static func suggestion(_ nearest: String?) -> String {
        nearest.map { "; did you mean '\($0)'?" } ?? ""
    }
}
