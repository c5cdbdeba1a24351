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
