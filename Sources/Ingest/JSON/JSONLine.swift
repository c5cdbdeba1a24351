import FoundationEssentials

/// Reads any JSON line with Foundation's decoder, into the same slots as ``FlatLine``.
struct JSONLine {
    private let decoder = JSONDecoder()

    /// Lends the fields of the object to `body`.
    func read<Result>(
        _ line: UnsafeRawBufferPointer, _ body: (FieldValues) throws(Mistake) -> Result
    ) throws(Mistake) -> Result {
        let object = try decode(line)
        var fields = FieldValues(isTextual: false)
        return try Self.fill(&fields, from: object.values[...], then: body)
    }

    private func decode(_ line: UnsafeRawBufferPointer) throws(Mistake) -> DecodedObject {
        do {
            return try decoder.decode(DecodedObject.self, from: Data(line))
        } catch DecodingError.typeMismatch {
            throw .notObject
        } catch {
            throw .notJSON
        }
    }

    /// Fills one slot after the other, each text kept alive by the call for the next one.
    private static func fill<Result>(
        _ fields: inout FieldValues, from values: ArraySlice<(field: Field, value: DecodedValue)>,
        then body: (FieldValues) throws(Mistake) -> Result
    ) throws(Mistake) -> Result {
        guard let (field, value) = values.first else { return try body(fields) }
        let rest = values.dropFirst()
        switch value {
        case .absent: _ = fields.set(field, to: .absent)
        case .number(let number): _ = fields.set(field, to: .number(number))
        case .boolean(let flag): _ = fields.set(field, to: .boolean(flag))
        case .other: _ = fields.set(field, to: .other)
        case .text(let bytes):
            return try bytes.withBytes { (text) throws(Mistake) in
                _ = fields.set(field, to: .text(text))
                return try fill(&fields, from: rest, then: body)
            }
        }
        return try fill(&fields, from: rest, then: body)
    }
}

/// The known members of an object.
private struct DecodedObject: Decodable {
    var values: [(field: Field, value: DecodedValue)] = []

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Field.self)
        for field in Field.allCases where members.contains(field) {
            values.append((field, try members.decode(DecodedValue.self, forKey: field)))
        }
    }
}

/// The value of a member, of whatever type it is.
private enum DecodedValue: Decodable {
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
}
