import JSON

/// The decoded value of a member, of any type, with its own storage.
enum DecodedValue {
    case absent
    case text([UInt8])
    case number(JSONNumber)
    case boolean(Bool)
    case other

    /// A null member is treated as absent.
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

    /// The value for a message: short, and a number with its digits.
    var shown: String {
        guard case .number(let number) = self else { return lend { $0.shown } }
        return number.text.count > 40 ? number.text.prefix(40) + "…" : number.text
    }

    /// Calls `body` with the value in the form of a slot.
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
    /// Fills the slots one by one, and then calls `body`. Each recursive call keeps one text alive.
    mutating func fill<Result>(
        from values: ArraySlice<(field: RecordField, value: DecodedValue)>,
        then body: (FieldValues) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        guard let (field, value) = values.first else { return try body(self) }
        do throws(RecordError) {
            return try value.lend { (value) throws(RecordError) in
                _ = set(field, to: value)
                return try fill(from: values.dropFirst(), then: body)
            }
        } catch {
            throw error.quoting(value, of: field)
        }
    }
}

extension RecordError {
    /// Quotes a number as it is in the record. A slot contains the nearest `Double`.
    fileprivate func quoting(_ value: DecodedValue, of field: RecordField) -> RecordError {
        // A shorter number is the same in both forms.
        guard case .number(let number) = value, number.text.count > 15 || number.double == nil
        else { return self }
        switch self {
        case .unfit(field, _): return .unfit(field, value: value.shown)
        case .outOfYears where field == .finishedAt: return .outOfYears(value: value.shown)
        default: return self
        }
    }
}

extension JSONObject {
    /// Parses a record as an object. If a name occurs twice, the last value counts.
    init(record: UnsafeRawBufferPointer) throws(RecordError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: Array(record), .lenient)
        } catch {
            if case .tooDeep(let limit) = error.problem { throw .tooDeep(limit: limit) }
            throw .notJSON
        }
        guard let object = value.object else { throw .notObject }
        self = object
    }
}
