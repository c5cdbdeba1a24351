import DeliveryLog

/// Reads NDJSON: one JSON object a line, https://github.com/ndjson/ndjson-spec.
struct NDJSONParser: RecordParser {
    private var fields = FieldValues(isTextual: false)
    private var routes = RouteCache()
    private var names = MemberNames()
    let header: [UInt8]? = nil

    mutating func attempt(in record: UnsafeRawBufferPointer) throws(Mistake) -> Attempt? {
        guard let line = try RecordText(record)?.bytes else { return nil }
        fields.clear()
        var flat = FlatLine(line)
        if flat.read(into: &fields, &names) { return try Attempt(fields, &routes) }
        return try AnyLine.read(line) { (fields) throws(Mistake) in try Attempt(fields, &routes) }
    }
}
