import CivilTime
import TextSupport

/// The value of one field before any rule is applied.
///
/// The bytes belong to the line, so a value is valid only during the call that parses it.
enum FieldValue {
    case absent
    /// Valid UTF-8.
    case text(UnsafeRawBufferPointer)
    case number(Double)
    case boolean(Bool)
    /// An object, an array, or a number that is out of range.
    case other
}

/// The values of one record, with a slot for each field.
///
/// A copy shares the slots, so only the owner may fill them.
struct FieldValues {
    /// Whether all values are text, as in CSV, so that numbers are parsed from it.
    let isTextual: Bool
    private let slots = Slots()
    private var seen: UInt16 = 0

    init(isTextual: Bool) {
        self.isTextual = isTextual
    }

    subscript(field: RecordField) -> FieldValue { slots.first[field.index] }

    /// Fills a slot. Returns false if it was filled before, even with `absent`.
    mutating func set(_ field: RecordField, to value: FieldValue) -> Bool {
        let bit: UInt16 = 1 << UInt16(field.index)
        guard seen & bit == 0 else { return false }
        seen |= bit
        slots.first[field.index] = value
        return true
    }

    /// Clears all slots for the next record.
    mutating func clear() {
        slots.first.update(repeating: .absent, count: Slots.count)
        seen = 0
    }
}

/// Memory for the values of one record.
///
/// The slots are not in the struct: the optimizer would copy all of them to read one.
private final class Slots {
    static let count = RecordField.allCases.count
    let first: UnsafeMutablePointer<FieldValue>

    init() {
        first = .allocate(capacity: Self.count)
        first.initialize(repeating: .absent, count: Self.count)
    }

    deinit {
        first.deallocate()
    }
}

extension FieldValues {
    /// Returns the number of an optional field. In CSV it is parsed from the cell.
    func optionalNumber(_ field: RecordField) throws(RecordError) -> Double? {
        switch self[field] {
        case .absent: return nil
        case .number(let number): return number
        case .text(let bytes) where isTextual:
            if bytes.hasLostDigits { throw .lostDigits(field, value: self[field].shown) }
            guard let number = Decimal.parse(bytes) else { throw invalidValue(field) }
            return number
        default: throw invalidValue(field)
        }
    }

    /// Returns a whole number within a range. `200.0` is valid.
    func optionalInteger(
        _ field: RecordField, in range: ClosedRange<Int>
    ) throws(RecordError) -> Int? {
        guard let number = try optionalNumber(field) else { return nil }
        guard let whole = Int(exactly: number), range.contains(whole) else {
            throw invalidValue(field)
        }
        return whole
    }
}

extension FieldValues {
    /// The maximum length of stored text, in bytes of UTF-8.
    static let textLimit = 200

    /// Returns the text of a required field.
    func requiredText(_ field: RecordField) throws(RecordError) -> String {
        if case .absent = self[field] { throw .missing(field) }
        guard let text = try storableText(field) else { throw invalidValue(field) }
        return text
    }

    /// Returns the text of an optional field. An empty text is treated as absent.
    func optionalText(_ field: RecordField) throws(RecordError) -> String? {
        if case .absent = self[field] { return nil }
        return try storableText(field)
    }

    /// Returns the title that a field gives to something.
    ///
    /// Titles are not counted, so an unusual title never rejects a record: A long title is cut,
    /// control characters become spaces, and a value that is not text counts as absent.
    func title(_ field: RecordField) -> String? {
        guard case .text(let bytes) = self[field], !bytes.isEmpty else { return nil }
        var title = String.UnicodeScalarView()
        var size = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            size += UTF8.width(scalar)
            guard size <= Self.textLimit else { break }
            title.append(scalar.isControl ? " " : scalar)
        }
        return String(title)
    }

    /// Returns text of any length, as bytes that are valid as long as the line.
    func rawText(_ field: RecordField) throws(RecordError) -> UnsafeRawBufferPointer? {
        switch self[field] {
        case .absent: return nil
        case .text(let bytes): return bytes
        default: throw invalidValue(field)
        }
    }

    /// Returns the error for a value that violates the field's rule.
    func invalidValue(_ field: RecordField) -> RecordError {
        .invalidValue(field, value: self[field].shown)
    }

    /// Returns text of 1 to 200 bytes without control characters, or `nil` if it is empty.
    private func storableText(_ field: RecordField) throws(RecordError) -> String? {
        guard case .text(let bytes) = self[field], bytes.count <= Self.textLimit else {
            throw invalidValue(field)
        }
        switch bytes.flaw {
        case .control: throw invalidValue(field)
        case .replacement where field.isIdentifier:
            throw .replacedCharacter(field, value: self[field].shown)
        case .replacement, nil: break
        }
        if bytes.hasLostDigits { throw .lostDigits(field, value: self[field].shown) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}

extension RecordField {
    /// Whether records with equal values belong together, so that different values must never become
    /// equal.
    fileprivate var isIdentifier: Bool {
        self == .callbackID || self == .company || self == .profileID
    }
}

/// A character that text should not contain.
enum TextFlaw {
    /// A C0 or C1 control character or DEL.
    case control
    /// U+FFFD, which decoders write for half of a surrogate pair and for invalid bytes.
    case replacement
}

extension UnsafeRawBufferPointer {
    /// The worst flaw in the bytes, which must be valid UTF-8.
    var flaw: TextFlaw? {
        var index = 0
        // Eight bytes at a time, while all are plain ASCII.
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard Self.isPlain(word) else { break }
            index += 8
        }
        var flaw: TextFlaw?
        var previous: UInt8 = 0
        for place in index..<count {
            let byte = self[place]
            guard byte >= 0x20, byte != 0x7F else { return .control }
            // C1 is U+0080 to U+009F: C2 80 to C2 9F.
            if previous == 0xC2, byte < 0xA0 { return .control }
            // U+FFFD is EF BF BD.
            if previous == 0xBF, byte == 0xBD, self[place - 2] == 0xEF { flaw = .replacement }
            previous = byte
        }
        return flaw
    }

    /// Returns whether each of eight bytes is between 0x20 and 0x7E.
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let top = ones &* 0x80
        guard word & top == 0 else { return false }
        // With no byte above 0x7F, these sums never carry into the next byte. The first sum sets
        // the top bit for bytes from 0x20, the second one for 0x7F.
        return (word &+ ones &* 0x60) & ~(word &+ ones) & top == top
    }
}

extension FieldValue {
    /// The value for a message: short, on one line, and safe for terminals.
    var shown: String {
        switch self {
        case .absent: "null"
        case .text(let bytes): "'\(Self.shortened(bytes))'"
        case .number(let number): Self.digits(of: number)
        case .boolean(let value): "\(value)"
        case .other: "an object, an array or a number out of range"
        }
    }

    private static func shortened(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        let harmless = text.unicodeScalars.prefix(40).map { scalar in
            scalar.isInvisible ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return harmless.joined() + (text.unicodeScalars.count > 40 ? "…" : "")
    }

    private static func digits(of number: Double) -> String {
        guard let whole = Int64(exactly: number) else { return "\(number)" }
        return "\(whole)"
    }
}

extension FieldValues {
    /// Returns the required time: RFC 3339 or another form of ISO 8601 with an offset, or Unix time as a number (in CSV, as its digits).
    func finishedAt() throws(RecordError) -> Instant {
        let value = self[.finishedAt]
        let instant: Instant?
        switch value {
        case .absent: throw .missing(.finishedAt)
        case .number(let number): instant = try Instant(unixTime: number, shown: value)
        case .text(let bytes):
            if let time = Instant(timestamp: bytes) {
                instant = time
            } else if Instant.isTimeWithoutOffset(iso8601: bytes) {
                throw .noOffset(value: value.shown)
            } else if bytes.hasLostDigits {
                throw .lostDigits(.finishedAt, value: value.shown)
            } else if isTextual, let number = Decimal.parse(bytes) {
                instant = try Instant(unixTime: number, shown: value)
            } else {
                instant = nil
            }
        default: instant = nil
        }
        guard let instant else { throw invalidValue(.finishedAt) }
        guard Instant.storable.contains(instant) else { throw .yearOutOfRange(value: value.shown) }
        return instant
    }
}

extension Instant {
    /// The years 1970 to 9999, which both RFC 3339 and Unix time can represent.
    fileprivate static let storable =
        Instant(milliseconds: 0)...Instant(milliseconds: 253_402_300_799_999)

    /// Creates an instant from Unix time: seconds below 1e11 (the year 5138), and milliseconds from
    /// there (1973). Microseconds are out of range, so they are rejected instead of misread.
    ///
    /// A fraction is truncated to milliseconds, as in RFC 3339. The added term compensates for the
    /// binary form of decimal fractions and is less than a microsecond.
    fileprivate init(unixTime: Double, shown value: FieldValue) throws(RecordError) {
        let milliseconds = unixTime < 1e11 ? unixTime * 1000 + 5e-4 : unixTime
        guard unixTime >= 0, milliseconds < 1e15 else { throw .yearOutOfRange(value: value.shown) }
        self.init(milliseconds: Int64(milliseconds))
    }
}
