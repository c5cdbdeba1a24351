import JSON
import Spelling

/// Makes a format of a map, and collects what is wrong with it.
struct MapReader {
    private var mistakes: [MapDiagnostic] = []
    private var sources: [FieldMapping] = []
    private var filters: [RecordFilter] = []
    private var ways: [[String]] = []
    /// The fields that are there, or were meant by a name that is misspelt.
    private var named: Set<String> = []

    /// The members that are no field.
    private enum Other: String, CaseIterable {
        /// The place of the records in an answer.
        case records
        /// Which records tell of no delivery, or which alone do.
        case skip, only
    }

    mutating func format(in bytes: [UInt8]) throws(MapError) -> RecordMapping {
        do throws(JSONSyntaxError) {
            read(try JSONValue(parsing: bytes))
        } catch {
            mistakes.append(MapDiagnostic(place: "", problem: .syntax(error)))
        }
        guard mistakes.isEmpty else { throw MapError(mistakes: mistakes) }
        return RecordMapping(sources: sources, isLenient: true, filters: filters, ways: ways)
    }

    private mutating func read(_ map: JSONValue) {
        guard let object = map.object else {
            let expected = "an object of fields and their JSON pointers"
            return mistakes.append(MapDiagnostic(place: "", problem: .type(expected: expected)))
        }
        for member in object.members { read(member) }
        checkNeeds()
    }

    private mutating func read(_ member: JSONObject.Member) {
        let place = "".pointing(to: member.name)
        named.insert(member.name)
        if let other = Other(rawValue: member.name) {
            read(other, member.value, at: place)
        } else if let field = RecordField(rawValue: member.name) {
            readField(field, member.value, at: place)
        } else {
            let names = RecordField.allCases.map(\.rawValue) + Other.allCases.map(\.rawValue)
            let nearest = nearestSpelling(of: member.name, in: names)
            if let nearest { named.insert(nearest) }
            let problem = MapDiagnostic.Problem.unknownName(member.name, nearest: nearest)
            mistakes.append(MapDiagnostic(place: "", problem: problem))
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
                mistakes += reader.mistakes
            }
        }
    }

    /// The whole answer is the list where the pointer is empty, which is so without `records`, too.
    private mutating func readRecords(_ value: JSONValue, at place: String) {
        if value.string == "" { return }
        do throws(MapDiagnostic) {
            ways = [try JSONPointer(value, at: place).steps]
        } catch {
            mistakes.append(error)
        }
    }

    /// One entry, or several of which the first that a record has counts.
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
        mistakes += entry.mistakes
    }

    private mutating func checkNeeds() {
        for field in [RecordField.callbackID, .finishedAt] where !named.contains(field.rawValue) {
            mistakes.append(MapDiagnostic(place: "", problem: .missing(field)))
        }
        let ends = [RecordField.outcome, .status, .error].map(\.rawValue)
        guard named.isDisjoint(with: ends) else { return }
        mistakes.append(MapDiagnostic(place: "", problem: .noOutcome))
    }
}

extension String {
    /// The JSON pointer to a member of what this one points to.
    func pointing(to name: String) -> String {
        let unescaped: [Character: String] = ["~": "~0", "/": "~1"]
        return self + "/" + name.map { unescaped[$0] ?? String($0) }.joined()
    }
}
