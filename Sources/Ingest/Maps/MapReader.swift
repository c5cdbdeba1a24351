import JSON
import TextSupport

/// Parses a map, and collects its problems.
struct MapReader {
    private var diagnostics: [MapDiagnostic] = []
    private var sources: [FieldMapping] = []
    private var filters: [RecordFilter] = []
    private var paths: [[String]] = []
    /// The fields that are present, or that a misspelled name was meant to be.
    private var presentNames: Set<String> = []

    /// The members that are not fields.
    private enum Other: String, CaseIterable {
        /// The path to the records in a response.
        case records
        /// The filters for records that are not deliveries, or that are.
        case skip, only
    }

    mutating func format(in bytes: [UInt8]) throws(MapError) -> RecordMapping {
        do throws(JSONSyntaxError) {
            read(try JSONValue(parsing: bytes))
        } catch {
            diagnostics.append(MapDiagnostic(place: "", problem: .syntax(error)))
        }
        guard diagnostics.isEmpty else { throw MapError(diagnostics: diagnostics) }
        return RecordMapping(sources: sources, isLenient: true, filters: filters, paths: paths)
    }

    private mutating func read(_ map: JSONValue) {
        guard let object = map.object else {
            let expected = "an object of fields and their JSON pointers"
            return diagnostics.append(MapDiagnostic(place: "", problem: .type(expected: expected)))
        }
        for member in object.members { read(member) }
        checkNeeds()
    }

    private mutating func read(_ member: JSONObject.Member) {
        let place = "".pointing(to: member.name)
        presentNames.insert(member.name)
        if let other = Other(rawValue: member.name) {
            read(other, member.value, at: place)
        } else if let field = RecordField(rawValue: member.name) {
            readField(field, member.value, at: place)
        } else {
            let names = RecordField.allCases.map(\.rawValue) + Other.allCases.map(\.rawValue)
            let nearest = nearestSpelling(of: member.name, in: names)
            if let nearest { presentNames.insert(nearest) }
            let problem = MapDiagnostic.Problem.unknownName(member.name, nearest: nearest)
            diagnostics.append(MapDiagnostic(place: "", problem: problem))
        }
    }

    private mutating func read(_ other: Other, _ value: JSONValue, at place: String) {
        switch other {
        case .records: readRecords(value, at: place)
        case .skip, .only:
            let entries = value.array ?? [value]
            for (index, entry) in entries.enumerated() {
                let place = value.array == nil ? place : place.pointing(to: "\(index)")
                var reader = MapFilterReader(keepsMatches: other == .only)
                if let filter = reader.filter(of: entry, at: place) { filters.append(filter) }
                diagnostics += reader.diagnostics
            }
        }
    }

    /// Parses the path to the records. An empty pointer means that the whole response is the list,
    /// which is also the default.
    private mutating func readRecords(_ value: JSONValue, at place: String) {
        if value.string == "" { return }
        do throws(MapDiagnostic) {
            paths = [try JSONPointer(value, at: place).steps]
        } catch {
            diagnostics.append(error)
        }
    }

    /// Parses one entry, or several of which the first one with a value counts.
    private mutating func readField(_ field: RecordField, _ value: JSONValue, at place: String) {
        guard let entries = value.array, !entries.isEmpty else {
            return readEntry(field, value, at: place)
        }
        for (index, entry) in entries.enumerated() {
            readEntry(field, entry, at: place.pointing(to: "\(index)"))
        }
    }

    private mutating func readEntry(_ field: RecordField, _ value: JSONValue, at place: String) {
        var entry = MapEntryReader(field: field, place: place)
        if let source = entry.source(of: value) { sources.append(source) }
        diagnostics += entry.diagnostics
    }

    private mutating func checkNeeds() {
        for field in [RecordField.callbackID, .finishedAt]
        where !presentNames.contains(field.rawValue) {
            diagnostics.append(MapDiagnostic(place: "", problem: .missing(field)))
        }
        let ends = [RecordField.outcome, .status, .error].map(\.rawValue)
        guard presentNames.isDisjoint(with: ends) else { return }
        diagnostics.append(MapDiagnostic(place: "", problem: .noOutcome))
    }
}

extension String {
    /// Returns the JSON pointer to a member of the value that this pointer identifies.
    func pointing(to name: String) -> String {
        let unescaped: [Character: String] = ["~": "~0", "/": "~1"]
        return self + "/" + name.map { unescaped[$0] ?? String($0) }.joined()
    }
}

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
