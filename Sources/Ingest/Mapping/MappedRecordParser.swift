import DeliveryLog
import JSON

/// Reads the records of another program.
struct MappedRecordParser: RecordParser {
    private let format: RecordMapping
    private let pointers: [JSONPointer]
    /// Which pointers are each source's.
    private let ranges: [Range<Int>]
    private let company: String?
    private var routes = DimensionReuse()
    let header: [UInt8]? = nil

    /// - Parameter company: whose all records are; nil where they name it.
    init(_ format: RecordMapping, company: String?) {
        var format = format
        if company != nil { format.sources.removeAll { $0.field == .company } }
        self.format = format
        self.company = company
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
        guard format.filters.allSatisfy({ $0.passes(DecodedValue($0.pointer.value(in: record))) })
        else { return .skipped }
        let decoded = pointers.map { DecodedValue($0.value(in: record)) }
        if isEmptyAnswer(record, decoded) { return .nothing }
        return try content(of: decoded)
    }

    private mutating func content(of decoded: [DecodedValue]) throws(RecordError) -> RecordContent {
        if means(.outcome, in: decoded, { if case .skipped = $0 { true } else { false } }) {
            return .skipped
        }
        let values = try resolve(decoded)
        var fields = FieldValues(isTextual: format.isLenient)
        do {
            let attempt = try fields.fill(from: values[...]) { (fields) throws(RecordError) in
                try Attempt(fields, &routes)
            }
            return .attempt(finished(attempt))
        } catch .noOutcome
            where means(.outcome, in: decoded, { if case .absent = $0 { true } else { false } })
        {
            // The map says that this value is no outcome, and nothing else of the record is one.
            return .skipped
        } catch {
            throw named(error, in: decoded)
        }
    }

    /// Whether a record is an answer whose list of records is null, as Go writes an empty one.
    private func isEmptyAnswer(_ record: JSONValue, _ decoded: [DecodedValue]) -> Bool {
        guard !format.ways.isEmpty else { return false }
        let hasID = zip(format.sources, ranges).contains { source, range in
            source.field == .callbackID && decoded[range].contains { !$0.isAbsent }
        }
        guard !hasID else { return false }
        // The reader may have gone some of the way already.
        return format.ways.contains { way in
            way.indices.contains { record.leadsToNull(along: way[$0...]) }
        }
    }

    /// Whether a table of the map gives the value of a field such a meaning.
    private func means(
        _ field: RecordField, in decoded: [DecodedValue], _ isSuch: (FieldMapping.Meaning) -> Bool
    ) -> Bool {
        zip(format.sources, ranges).contains { source, range in
            source.field == field && source.meaning(of: Array(decoded[range])).map(isSuch) == true
        }
    }

    /// The fields that are there, with their values in our terms.
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

    /// The mistake with the place where the record has the field.
    private func named(_ mistake: RecordError, in decoded: [DecodedValue]) -> RecordError {
        let fields: [RecordField]
        switch mistake {
        case .missing(let missing): fields = [missing]
        case .unfit(let unfit, _), .lostDigits(let unfit, _): fields = [unfit]
        case .outOfYears: fields = [.finishedAt]
        case .noOutcome: fields = [.outcome, .status, .error]
        default: return mistake
        }
        if decoded.allSatisfy(\.isAbsent), !pointers.isEmpty {
            return .nothingMapped(places: pointers.map(\.text), hasWay: !format.ways.isEmpty)
        }
        let places = places(of: fields, in: decoded)
        return places.isEmpty
            ? mistake : .foreign(mistake, place: places.joined(separator: " and "))
    }

    /// The pointers by which fields are there, else those that lead to nothing.
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
