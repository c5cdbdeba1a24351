import JSON

/// All problems of a map for records of another program.
package struct MapError: Error, Hashable, Sendable {
    package let diagnostics: [MapDiagnostic]
}

/// One problem of a map.
package struct MapDiagnostic: Error, Hashable, Sendable {
    enum Problem: Hashable, Sendable {
        case syntax(JSONSyntaxError)
        case unknownName(String, nearest: String?)
        case missing(RecordField)
        /// No field says how an attempt ended.
        case noOutcome
        case notPointer(String)
        /// The value has the wrong type.
        case type(expected: String)
        case notOneKind
        case needsPointer
        case needsNumbers
        /// The value violates the rule of the field.
        case refused(RecordError, nearest: String?)
    }

    /// The JSON pointer to the problem in the map. Empty for the whole map.
    let place: String
    let problem: Problem
}

extension MapDiagnostic: CustomStringConvertible {
    /// The place, the problem and the remedy on one line, without the file name.
    package var description: String {
        // The description of a record error includes the place.
        if case .refused(let error, let nearest) = problem {
            return error.description + Self.suggestion(nearest)
        }
        return place.isEmpty ? words : "\(place): \(words)"
    }

    private var words: String {
        switch problem {
        case .syntax(let error): error.description
        case .unknownName(let name, let nearest): "unknown key '\(name)'" + Self.suggestion(nearest)
        case .missing(let field): "\(field.rawValue) is missing"
        case .noOutcome: "one of outcome, status and error is required"
        case .notPointer(""): "'' points to the whole record, not to a value in it"
        case .notPointer(let text):
            "'\(text)' is not a JSON pointer such as '/message/id' (RFC 6901)"
        case .type(let expected): "expected \(expected)"
        case .notOneKind: "expected one of 'pointer', 'join' and 'value'"
        case .needsPointer: "only valid with 'pointer'"
        case .needsNumbers: "only valid for finished_at and duration_ms"
        case .refused(let error, _): error.description
        }
    }

    private static func suggestion(_ nearest: String?) -> String {
        nearest.map { "; did you mean '\($0)'?" } ?? ""
    }
}
