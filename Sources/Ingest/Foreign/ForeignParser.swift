import DeliveryLog
import FoundationEssentials

/// Reads the records of another program.
struct ForeignParser: RecordParser {
    private let format: ForeignFormat
    private let pointers: [JSONPointer]
    private let company: String?
    private let decoder = JSONDecoder()
    private var routes = RouteCache()
    let header: [UInt8]? = nil

    /// - Parameter company: whose all records are; nil where they name it.
    init(_ format: ForeignFormat, company: String?) {
        var format = format
        if company != nil { format.sources.removeAll { $0.field == .company } }
        self.format = format
        self.company = company
        pointers = format.sources.flatMap(\.pointers)
    }

    mutating func attempt(in record: UnsafeRawBufferPointer) throws(Mistake) -> Attempt? {
        guard let bytes = try RecordText(record)?.bytes else { return nil }
        let values = try resolve(try decode(bytes))
        var fields = FieldValues(isTextual: false)
        do {
            let attempt = try fields.fill(from: values[...]) { (fields) throws(Mistake) in
                try Attempt(fields, &routes)
            }
            return finished(attempt)
        } catch {
            throw named(error)
        }
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) throws(Mistake) -> [DecodedValue] {
        do {
            let places = try decoder.decode(
                DecodedPlaces.self, from: Data(bytes), configuration: pointers)
            return places.values
        } catch DecodingError.typeMismatch {
            throw .notObject
        } catch {
            throw .notJSON
        }
    }

    /// The fields that are there, with their values in our terms.
    private func resolve(
        _ decoded: [DecodedValue]
    ) throws(Mistake) -> [(field: Field, value: DecodedValue)] {
        var values: [(field: Field, value: DecodedValue)] = []
        if let company { values.append((.company, DecodedValue(company))) }
        var rest = decoded[...]
        for source in format.sources {
            let own = Array(rest.prefix(source.pointers.count))
            rest = rest.dropFirst(own.count)
            let value = try source.resolve(own)
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
    private func named(_ mistake: Mistake) -> Mistake {
        let field: Field
        switch mistake {
        case .missing(let missing): field = missing
        case .unfit(let unfit, _): field = unfit
        case .outOfYears: field = .finishedAt
        default: return mistake
        }
        guard let source = format.sources.first(where: { $0.field == field }) else {
            return mistake
        }
        let place = source.pointers.map(\.text).joined(separator: " and ")
        return .foreign(mistake, place: place)
    }
}
