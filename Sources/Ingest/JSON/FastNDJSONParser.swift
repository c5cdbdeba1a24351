import DeliveryLog
import JSON

/// Parses the common form of a log line: one flat object, strings without escapes, plain numbers.
///
/// It supports a strict subset of JSON. Lines that it rejects go to ``GeneralNDJSONParser``, which implements
/// all rules and reports errors.
struct FastNDJSONParser {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    /// - Parameter line: Valid UTF-8.
    init(_ line: UnsafeRawBufferPointer) {
        bytes = line
    }

    /// Fills the slots. Returns false for an unsupported line, with the slots in any state.
    ///
    /// - Parameters:
    ///   - fields: The slots.
    ///   - names: The member names of earlier lines.
    mutating func read(into fields: inout FieldValues, _ names: inout MemberNames) -> Bool {
        skipSpace()
        guard take(UInt8(ascii: "{")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "}")) { return isAtEnd() }
        var number = 0
        repeat {
            guard readMember(number, into: &fields, &names) else { return false }
            number += 1
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) && isAtEnd()
    }

    private mutating func readMember(
        _ number: Int, into fields: inout FieldValues, _ names: inout MemberNames
    ) -> Bool {
        let field: RecordField?
        if let known = names.name(number, in: bytes, from: index) {
            index += known.size
            field = known.field
        } else {
            let start = index
            guard let name = readName() else { return false }
            field = RecordField(utf8: name)
            names.learn(number, bytes[start..<index], of: field)
        }
        guard let value = value() else { return false }
        skipSpace()
        return field.map { fields.set($0, to: value) } ?? true
    }

    /// Parses a name and moves to its value. Returns `nil` if that fails.
    private mutating func readName() -> UnsafeRawBufferPointer? {
        skipSpace()
        guard let name = string() else { return nil }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return nil }
        skipSpace()
        return name
    }

    private mutating func value() -> FieldValue? {
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "\""): return string().map { .text($0) }
        case UInt8(ascii: "n"): return word("null") ? .absent : nil
        case UInt8(ascii: "t"): return word("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .boolean(false) : nil
        default: return number()
        }
    }

    /// Parses a number. Forms such as `1e3` fail later, where a comma is expected.
    private mutating func number() -> FieldValue? {
        Decimal.scan(bytes, at: &index).map { .number($0) }
    }

    private mutating func string() -> UnsafeRawBufferPointer? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let end = endOfPlainText(from: index)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        defer { index = end + 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[index..<end])
    }

    /// Returns the offset of the first quote, backslash or byte below 0x20, or the end of the line.
    private func endOfPlainText(from start: Int) -> Int {
        var position = start
        while position + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let marks = Self.marks(UInt64(littleEndian: word))
            guard marks == 0 else { return position + marks.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < bytes.count, Self.marks(UInt64(bytes[position])) & 0x80 == 0 {
            position += 1
        }
        return position
    }

    /// Marks quotes, backslashes and bytes below 0x20 among eight bytes by their highest bits.
    ///
    /// Subtraction sets the highest bit of a byte that is too small. It also borrows from the next
    /// byte, so only the lowest mark is certain.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found =
            (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
            | (word &- (ones &* 0x20)) & ~word
        return found & (ones &* 0x80)
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        let end = index + expected.count
        guard end <= bytes.count else { return false }
        let found = UnsafeRawBufferPointer(rebasing: bytes[index..<end])
        index = end
        return found.sameBytes(as: expected)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index].isJSONSpace { index += 1 }
    }

    private mutating func isAtEnd() -> Bool {
        skipSpace()
        return index == bytes.count
    }
}

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
        case .invalidValue(field, _): return .invalidValue(field, value: value.shown)
        case .yearOutOfRange where field == .finishedAt: return .yearOutOfRange(value: value.shown)
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
