import JSON

/// The value of a member, of whatever type it is, with bytes of its own.
enum DecodedValue {
    case absent
    case text([UInt8])
    case number(JSONNumber)
    case boolean(Bool)
    case other

    /// A member that is null counts as absent.
    init(_ value: JSONValue?) {
        switch value {
        case nil, .null: self = .absent
        case .string(let text): self = .text(Array(text.utf8))
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .array, .object: self = .other
        }
    }

    init(_ text: String) {
        self = .text(Array(text.utf8))
    }

    var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    /// Lends the value as a slot holds it.
    func lend<Result, Failure: Error>(
        _ body: (FieldValue) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .absent: try body(.absent)
        case .number(let number): try body(number.double.map { .number($0) } ?? .other)
        case .boolean(let flag): try body(.boolean(flag))
        case .other: try body(.other)
        case .text(let bytes):
            try bytes.withBytes { (text) throws(Failure) in try body(.text(text)) }
        }
    }
}

extension FieldValues {
    /// Fills one slot after the other, each text kept alive by the call for the next one, and
    /// lends them to `body`.
    mutating func fill<Result>(
        from values: ArraySlice<(field: RecordField, value: DecodedValue)>,
        then body: (FieldValues) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        guard let (field, value) = values.first else { return try body(self) }
        return try value.lend { (value) throws(RecordError) in
            _ = set(field, to: value)
            return try fill(from: values.dropFirst(), then: body)
        }
    }
}

extension JSONObject {
    /// The object that a record is. Of a name that it has twice, the last value counts.
    init(record: UnsafeRawBufferPointer) throws(RecordError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: Array(record), .lenient)
        } catch {
            throw .notJSON
        }
        guard let object = value.object else { throw .notObject }
        self = object
    }
}
