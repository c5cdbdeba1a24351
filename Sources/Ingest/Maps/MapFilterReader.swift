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
