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
        return try fields.fill(from: object.values[...], then: body)
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
