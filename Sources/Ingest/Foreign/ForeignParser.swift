import DeliveryLog
import JSON

/// Reads the records of another program.
struct ForeignParser: RecordParser {
    private let format: ForeignFormat
    private let pointers: [JSONPointer]
    /// Which pointers are each source's.
    private let ranges: [Range<Int>]
    private let company: String?
    private var routes = RouteCache()
    let header: [UInt8]? = nil

    /// - Parameter company: whose all records are; nil where they name it.
    init(_ format: ForeignFormat, company: String?) {
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

    mutating func attempt(in record: UnsafeRawBufferPointer) throws(Mistake) -> Attempt? {
        guard let bytes = try RecordText(record)?.bytes else { return nil }
        let record = JSONValue.object(try JSONObject(record: bytes))
        let decoded = pointers.map { DecodedValue($0.value(in: record)) }
        let values = try resolve(decoded)
        var fields = FieldValues(isTextual: format.isLenient)
        do {
            let attempt = try fields.fill(from: values[...]) { (fields) throws(Mistake) in
                try Attempt(fields, &routes)
            }
            return finished(attempt)
        } catch {
            throw named(error, in: decoded)
        }
    }

    /// The fields that are there, with their values in our terms.
    private func resolve(
        _ decoded: [DecodedValue]
    ) throws(Mistake) -> [(field: Field, value: DecodedValue)] {
        var values: [(field: Field, value: DecodedValue)] = []
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
    private func named(_ mistake: Mistake, in decoded: [DecodedValue]) -> Mistake {
        let field: Field
        switch mistake {
        case .missing(let missing): field = missing
        case .unfit(let unfit, _), .lostDigits(let unfit, _): field = unfit
        case .outOfYears: field = .finishedAt
        default: return mistake
        }
        let sources = zip(format.sources, ranges).filter { $0.0.field == field }
        let used = sources.first { source, range in
            if case .absent? = try? source.resolve(Array(decoded[range])) { false } else { true }
        }
        guard let source = (used ?? sources.first)?.0 else { return mistake }
        let place = source.pointers.map(\.text).joined(separator: " and ")
        return .foreign(mistake, place: place)
    }
}
