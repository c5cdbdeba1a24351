import DeliveryLog

/// Reads NDJSON: one JSON object a line, https://github.com/ndjson/ndjson-spec.
struct NDJSONParser: RecordParser {
    private var fields = FieldValues(isTextual: false)
    private var routes = DimensionReuse()
    private var names = MemberNames()
    let header: [UInt8]? = nil

    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent {
        guard let line = try RecordText(record)?.bytes else { return .nothing }
        fields.clear()
        var flat = FlatLine(line)
        if flat.read(into: &fields, &names) { return .attempt(try Attempt(fields, &routes)) }
        return try AnyLine.read(line) { (fields) throws(RecordError) in
            .attempt(try Attempt(fields, &routes))
        }
    }
}
