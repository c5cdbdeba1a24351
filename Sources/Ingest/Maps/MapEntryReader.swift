import JSON
import TextSupport

/// Parses the entry of a map for one field.
struct MapEntryReader {
    let field: RecordField
    let place: String
    private(set) var diagnostics: [MapDiagnostic] = []

    /// The outcome of records that are not deliveries.
    private static let skip = "skip"

    private enum Key: String, CaseIterable {
        case pointer, join, value, values, factor
    }

    init(field: RecordField, place: String) {
        self.field = field
        self.place = place
    }

    /// Parses an entry. Returns `nil` if there is a problem.
    mutating func source(of entry: JSONValue) -> FieldMapping? {
        var source = FieldMapping(field: field, pointers: [], takesNumbers: field.isName)
        switch entry {
        case .string: source.pointers = pointers([entry], at: [place])
        case .object(let object): fill(&source, from: object)
        default: add(.type(expected: "a JSON pointer or an object with one"), at: place)
        }
        return diagnostics.isEmpty ? source : nil
    }

    private mutating func fill(_ source: inout FieldMapping, from object: JSONObject) {
        let unknown = object.names.filter { Key(rawValue: $0) == nil }
        for name in unknown {
            let nearest = nearestSpelling(of: name, in: Key.allCases.map(\.rawValue))
            add(.unknownName(name, nearest: nearest), at: place)
        }
        let kinds = [Key.pointer, .join, .value].filter { object[$0.rawValue] != nil }
        if kinds.count != 1, unknown.isEmpty { add(.notOneKind, at: place) }
        for member in object.members {
            guard let key = Key(rawValue: member.name) else { continue }
            let place = place.pointing(to: member.name)
            let needsPointer = key == .values || key == .factor
            if needsPointer, kinds == [.join] || kinds == [.value] {
                add(.needsPointer, at: place)
            }
            fill(&source, key, member.value, at: place)
        }
    }

    private mutating func fill(
        _ source: inout FieldMapping, _ key: Key, _ value: JSONValue, at place: String
    ) {
        switch key {
        case .pointer: source.pointers = pointers([value], at: [place])
        case .join: source.pointers = joined(value, at: place)
        case .value: source.constant = meaning(value, at: place)?.value
        case .values: source.meanings = table(value, at: place)
        case .factor: source.factor = factor(value, at: place)
        }
    }
}

// MARK: - Pointers

extension MapEntryReader {
    private mutating func joined(_ value: JSONValue, at place: String) -> [JSONPointer] {
        guard let items = value.array, items.count > 1, field.isName else {
            let expected = field.isName ? "a list of two or more JSON pointers" : "'pointer'"
            add(.type(expected: expected), at: place)
            return []
        }
        return pointers(items, at: items.indices.map { place.pointing(to: "\($0)") })
    }

    private mutating func pointers(_ values: [JSONValue], at places: [String]) -> [JSONPointer] {
        var pointers: [JSONPointer] = []
        for (value, place) in zip(values, places) {
            do throws(MapDiagnostic) {
                pointers.append(try JSONPointer(value, at: place))
            } catch {
                diagnostics.append(error)
            }
        }
        return pointers
    }
}

extension JSONPointer {
    /// Parses the pointer at a place in a map.
    init(_ value: JSONValue, at place: String) throws(MapDiagnostic) {
        guard let text = value.string else {
            throw MapDiagnostic(place: place, problem: .type(expected: "a JSON pointer"))
        }
        guard let pointer = JSONPointer(text) else {
            throw MapDiagnostic(place: place, problem: .notPointer(text))
        }
        self = pointer
    }
}

// MARK: - Values

extension MapEntryReader {
    private mutating func table(
        _ value: JSONValue, at place: String
    ) -> [(value: String, meaning: FieldMapping.Meaning)] {
        guard let object = value.object, !object.isEmpty else {
            add(.type(expected: "an object that maps your values to ours"), at: place)
            return []
        }
        return object.members.compactMap { member in
            guard member.value != .null else { return (member.name, .absent) }
            if field == .outcome, member.value.string == Self.skip {
                return (member.name, .skipped)
            }
            let place = place.pointing(to: member.name)
            return meaning(member.value, at: place).map { (member.name, $0) }
        }
    }

    private mutating func factor(_ value: JSONValue, at place: String) -> Double {
        guard field == .finishedAt || field == .durationMilliseconds else {
            add(.needsNumbers, at: place)
            return 1
        }
        guard case .number(let number) = value, let factor = number.double, factor > 0 else {
            add(.type(expected: "a number above 0"), at: place)
            return 1
        }
        return factor
    }

    /// Parses a value in a map and checks it against the rule of the field.
    private mutating func meaning(
        _ value: JSONValue, at place: String
    ) -> FieldMapping.Meaning? {
        let meaning: FieldMapping.Meaning
        if let text = value.string {
            meaning = .text(text)
        } else if case .number(let number) = value {
            meaning = .number(number)
        } else {
            add(.type(expected: "a string or a number"), at: place)
            return nil
        }
        guard let refusal = field.refusal(of: meaning.value, at: place) else { return meaning }
        let nearest = value.string.flatMap { nearestSpelling(of: $0, in: field.words) }
        add(.refused(refusal, nearest: nearest), at: place)
        return nil
    }

    private mutating func add(_ problem: MapDiagnostic.Problem, at place: String) {
        diagnostics.append(MapDiagnostic(place: place, problem: problem))
    }
}
