import JSON
import TextSupport

/// Parses the filters of a map, which select the records that are deliveries.
struct MapFilterReader {
    let keepsMatches: Bool
    private(set) var diagnostics: [MapDiagnostic] = []

    private enum Key: String, CaseIterable {
        case pointer, values
    }

    init(keepsMatches: Bool) {
        self.keepsMatches = keepsMatches
    }

    /// Parses a filter. Returns `nil` if there is a problem.
    mutating func filter(of entry: JSONValue, at place: String) -> RecordFilter? {
        guard let object = entry.object else {
            add(.type(expected: "an object with 'pointer' and 'values'"), at: place)
            return nil
        }
        for name in object.names where Key(rawValue: name) == nil {
            let nearest = nearestSpelling(of: name, in: Key.allCases.map(\.rawValue))
            add(.unknownName(name, nearest: nearest), at: place)
        }
        let pointer = pointer(object, at: place)
        let values = values(object, at: place)
        guard let pointer, let values, diagnostics.isEmpty else { return nil }
        return RecordFilter(pointer: pointer, values: values, keepsMatches: keepsMatches)
    }

    private mutating func pointer(_ object: JSONObject, at place: String) -> JSONPointer? {
        let value = object[Key.pointer.rawValue] ?? .null
        do throws(MapDiagnostic) {
            return try JSONPointer(value, at: place.pointing(to: Key.pointer.rawValue))
        } catch {
            diagnostics.append(error)
            return nil
        }
    }

    private mutating func values(_ object: JSONObject, at place: String) -> Set<String?>? {
        let items = object[Key.values.rawValue]?.array ?? []
        let isPlain = items.allSatisfy { $0.array == nil && $0.object == nil }
        guard !items.isEmpty, isPlain else {
            let expected = "a list of strings, numbers, true, false or null"
            add(.type(expected: expected), at: place.pointing(to: Key.values.rawValue))
            return nil
        }
        return Set(
            items.map { item in
                let value = DecodedValue(item)
                return value.isAbsent ? nil : value.plain
            })
    }

    private mutating func add(_ problem: MapDiagnostic.Problem, at place: String) {
        diagnostics.append(MapDiagnostic(place: place, problem: problem))
    }
}

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

extension RecordMapping {
    /// Parses a map: a JSON object of our fields and their locations in records of another program.
    ///
    /// The value of a field is a JSON pointer, an object, or a list of both, of which the first one
    /// with a value counts. An object contains a `pointer`, optionally with a table of `values` or
    /// a `factor`; or several pointers to `join` with `/`; or the `value` of all records. `records`
    /// points to the list in a response. `skip` and `only` contain a `pointer` and `values` that
    /// select records.
    ///
    /// ```json
    /// {"callback_id": "/id", "finished_at": "/time", "status": "/response/code",
    ///  "outcome": {"pointer": "/state", "values": {"ok": "delivered", "error": "failed"}}}
    /// ```
    ///
    /// - Throws: A ``MapError`` that lists all problems.
    package init(map bytes: [UInt8]) throws(MapError) {
        var reader = MapReader()
        self = try reader.format(in: bytes)
    }

    /// Parses the map in a file.
    package init(mapIn path: String) throws {
        var bytes: [UInt8] = []
        let source = try InputFile(path: path).contents()
        // A map is small. If a log was named by mistake, its start is enough.
        try source.read(upTo: 1 << 20) { bytes += $0 }
        try self.init(map: bytes)
    }
}
