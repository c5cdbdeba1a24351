/// The value of a member, of whatever type it is, with bytes of its own.
enum DecodedValue: Decodable {
    case absent
    case text([UInt8])
    case number(Double)
    case boolean(Bool)
    case other

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .absent
        } else if let text = try? value.decode(String.self) {
            self = .text(Array(text.utf8))
        } else if let flag = try? value.decode(Bool.self) {
            self = .boolean(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .other
        }
    }

    init(_ text: String) {
        self = .text(Array(text.utf8))
    }

    /// Lends the value as a slot holds it.
    func lend<Result, Failure: Error>(
        _ body: (FieldValue) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .absent: try body(.absent)
        case .number(let number): try body(.number(number))
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
        from values: ArraySlice<(field: Field, value: DecodedValue)>,
        then body: (FieldValues) throws(Mistake) -> Result
    ) throws(Mistake) -> Result {
        guard let (field, value) = values.first else { return try body(self) }
        return try value.lend { (value) throws(Mistake) in
            _ = set(field, to: value)
            return try fill(from: values.dropFirst(), then: body)
        }
    }
}
