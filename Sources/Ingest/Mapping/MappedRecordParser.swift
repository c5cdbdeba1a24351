import CivilTime
import DeliveryLog
import JSON

/// Parses the records of another program.
struct MappedRecordParser: RecordParser {
    private let format: RecordMapping
    private let pointers: [JSONPointer]
    /// The range of pointers for each field mapping.
    private let ranges: [Range<Int>]
    private let company: String?
    private var dimensions = DimensionReuse()
    let header: [UInt8]? = nil
    /// For each filter, whether a record without a value at its pointer was skipped, and whether any
    /// record has a value.
    private var filterUses: [(skips: Bool, matches: Bool)]

    /// - Parameters:
    ///   - format: The mapping.
    ///   - company: The company of all records, or `nil` if the records contain it.
    init(_ format: RecordMapping, company: String?) {
        var format = format
        if company != nil { format.sources.removeAll { $0.field == .company } }
        self.format = format
        self.company = company
        filterUses = format.filters.map { _ in (false, false) }
        pointers = format.sources.flatMap(\.pointers)
        var start = 0
        ranges = format.sources.map { source in
            defer { start += source.pointers.count }
            return start..<(start + source.pointers.count)
        }
    }

    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent {
        guard let bytes = try RecordText(record)?.bytes else { return .nothing }
        let record = JSONValue.object(try JSONObject(record: bytes))
        guard passesFilters(record) else { return .skipped }
        let decoded = pointers.map { DecodedValue($0.value(in: record)) }
        if isEmptyAnswer(record, decoded) { return .nothing }
        return try content(of: decoded)
    }

    var unmatched: [String] {
        zip(format.filters, filterUses).filter { filter, use in
            filter.keepsMatches && use.skips && !use.matches
        }.map(\.0.pointer.text)
    }

    private mutating func passesFilters(_ record: JSONValue) -> Bool {
        for (index, filter) in format.filters.enumerated() {
            let value = DecodedValue(filter.pointer.value(in: record))
            let passes = filter.passes(value)
            if !value.isAbsent { filterUses[index].matches = true }
            guard passes else {
                if value.isAbsent { filterUses[index].skips = true }
                return false
            }
        }
        return true
    }

    private mutating func content(of decoded: [DecodedValue]) throws(RecordError) -> RecordContent {
        if hasMeaning(.outcome, in: decoded, { if case .skipped = $0 { true } else { false } }) {
            return .skipped
        }
        let values = try resolve(decoded)
        var fields = FieldValues(isTextual: format.isLenient)
        do {
            let attempt = try fields.fill(from: values[...]) { (fields) throws(RecordError) in
                try Attempt(fields, &dimensions)
            }
            return .attempt(finished(attempt))
        } catch .noOutcome
            where hasMeaning(
                .outcome, in: decoded, { if case .absent = $0 { true } else { false } })
        {
            // The map says that this value is not an outcome, and no other field is one.
            return .skipped
        } catch {
            throw located(error, in: decoded)
        }
    }

    /// Returns whether a record is a response whose list of records is null.
    private func isEmptyAnswer(_ record: JSONValue, _ decoded: [DecodedValue]) -> Bool {
        guard !format.paths.isEmpty else { return false }
        let hasID = zip(format.sources, ranges).contains { source, range in
            source.field == .callbackID && decoded[range].contains { !$0.isAbsent }
        }
        guard !hasID else { return false }
        // The reader may have followed a part of the path already.
        return format.paths.contains { path in
            path.indices.contains { record.leadsToNull(along: path[$0...]) }
        }
    }

    /// Returns whether a value table of the map gives the value of a field such a meaning.
    private func hasMeaning(
        _ field: RecordField, in decoded: [DecodedValue], _ matches: (FieldMapping.Meaning) -> Bool
    ) -> Bool {
        zip(format.sources, ranges).contains { source, range in
            source.field == field && source.meaning(of: Array(decoded[range])).map(matches) == true
        }
    }

    /// Returns the present fields with their values in terms of the log.
    private func resolve(
        _ decoded: [DecodedValue]
    ) throws(RecordError) -> [(field: RecordField, value: DecodedValue)] {
        var values: [(field: RecordField, value: DecodedValue)] = []
        if let company { values.append((.company, DecodedValue(company))) }
        for (source, range) in zip(format.sources, ranges) {
            let value = try source.resolve(Array(decoded[range]))
            if case .absent = value { continue }
            values.append((source.field, value))
        }
        guard format.isErrorWithoutStatus, values.contains(where: { $0.field == .status }) else {
            return values
        }
        return values.filter { $0.field != .error }
    }

    private func finished(_ attempt: Attempt) -> Attempt {
        guard format.isTimeOfStart, let duration = attempt.durationMilliseconds else {
            return attempt
        }
        var attempt = attempt
        attempt.finishedAt = attempt.finishedAt.advanced(milliseconds: Int64(duration))
        return attempt
    }

    /// Adds the location in the record to an error.
    private func located(_ error: RecordError, in decoded: [DecodedValue]) -> RecordError {
        let fields: [RecordField]
        switch error {
        case .missing(let missing): fields = [missing]
        case .invalidValue(let field, _), .lostDigits(let field, _),
            .replacedCharacter(let field, _):
            fields = [field]
        case .yearOutOfRange, .noOffset: fields = [.finishedAt]
        case .noOutcome: fields = [.outcome, .status, .error]
        default: return error
        }
        if decoded.allSatisfy(\.isAbsent), !pointers.isEmpty {
            return .nothingMapped(
                places: pointers.map(\.text), hasRecordPath: !format.paths.isEmpty)
        }
        let places = places(of: fields, in: decoded)
        return places.isEmpty
            ? error : .located(error, place: places.joined(separator: " and "))
    }

    /// Returns the pointers that provided the fields, or else the pointers without a value.
    private func places(of fields: [RecordField], in decoded: [DecodedValue]) -> [String] {
        let sources = zip(format.sources, ranges).filter { fields.contains($0.0.field) }
        let used = sources.first { source, range in
            if case .absent? = try? source.resolve(Array(decoded[range])) { false } else { true }
        }
        if let used { return used.0.pointers.map(\.text) }
        let isOne = fields.count == 1
        let missing = (isOne ? Array(sources.prefix(1)) : sources).flatMap { source, range in
            zip(source.pointers, decoded[range]).filter { $0.1.isAbsent }.map(\.0.text)
        }
        return missing.isEmpty ? sources.first.map { $0.0.pointers.map(\.text) } ?? [] : missing
    }
}
