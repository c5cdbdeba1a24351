import DeliveryLog

/// Parses NDJSON: one JSON object per line (https://github.com/ndjson/ndjson-spec).
struct NDJSONParser: RecordParser {
    private var fields = FieldValues(isTextual: false)
    private var dimensions = DimensionReuse()
    private var names = MemberNames()
    let header: [UInt8]? = nil

    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent {
        guard let line = try RecordText(record)?.bytes else { return .nothing }
        fields.clear()
        var flat = FlatLine(line)
        if flat.read(into: &fields, &names) { return .attempt(try Attempt(fields, &dimensions)) }
        return try AnyLine.read(line) { (fields) throws(RecordError) in
            .attempt(try Attempt(fields, &dimensions))
        }
    }
}
