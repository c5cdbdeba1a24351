import JSON

/// Parses any JSON line into the same slots as ``FlatLine``.
enum AnyLine {
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
