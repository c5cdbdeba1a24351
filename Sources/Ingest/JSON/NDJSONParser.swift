import DeliveryLog
import JSON

/// Parses any JSON line into the same slots as ``FastNDJSONParser``.
enum GeneralNDJSONParser {
    /// Calls `body` with the fields of the object.
    static func read<Result>(
        _ line: UnsafeRawBufferPointer, _ body: (FieldValues) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        let object = try JSONObject(record: line)
        var values: [(field: RecordField, value: DecodedValue)] = []
        for member in object.members {
            guard let field = RecordField(rawValue: member.name) else { continue }
            values.append((field, DecodedValue(member.value)))
        }
        var fields = FieldValues(isTextual: false)
        return try fields.fill(from: values[...], then: body)
    }
}

/// Parses NDJSON: one JSON object per line (https://github.com/ndjson/ndjson-spec).
struct NDJSONParser: RecordParser {
    private var fields = FieldValues(isTextual: false)
    private var dimensions = DimensionReuse()
    private var names = MemberNames()
    let header: [UInt8]? = nil

    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent {
        guard let line = try RecordText(record)?.bytes else { return .nothing }
        fields.clear()
        var flat = FastNDJSONParser(line)
        if flat.read(into: &fields, &names) { return .attempt(try Attempt(fields, &dimensions)) }
        return try GeneralNDJSONParser.read(line) { (fields) throws(RecordError) in
            .attempt(try Attempt(fields, &dimensions))
        }
    }
}
