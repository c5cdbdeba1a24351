import TextSupport

/// A JSON value. Objects preserve the order of their members, and numbers their digits.
///
///     let value = try JSONValue(parsing: #"{"id": 1}"#)
///     let id = value.object?["id"]?.integer
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Creates a string, or null for nil.
    package init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }

    /// Creates a number, or null for nil.
    package init(_ number: Int?) {
        self = number.map { .integer($0) } ?? .null
    }

    package static func integer(_ number: Int) -> JSONValue {
        .number(JSONNumber(number))
    }

    /// Returns a number, rounded to six decimal places.
    package static func rounded(_ number: Double) -> JSONValue {
        .number(JSONNumber(rounding: number))
    }
}

extension JSONValue {
    /// Two texts are equal only if they have the same bytes. See `ExactText`.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.isExactly(right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.null, _), (.boolean, _), (.number, _), (.string, _), (.array, _), (.object, _):
            false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .boolean(let value): hasher.combine(value)
        case .number(let number): hasher.combine(number)
        case .string(let text): hasher.combine(ExactText(text))
        case .array(let values): hasher.combine(values)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue {
    package var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    package var array: [JSONValue]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    package var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The number, if it is an integer in the range of `Int`.
    package var integer: Int? {
        guard case .number(let number) = self else { return nil }
        return number.integer
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = .string(text)
    }
}

extension JSONValue {
    /// The value with the members of all objects sorted by name.
    ///
    /// Texts that differ only in the order of members have the same sorted value.
    package var inOrder: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.inOrder))
        case .object(let object): .object(object.inOrder)
        case .null, .boolean, .number, .string: self
        }
    }
}

extension JSONObject {
    /// The members sorted by name, recursively.
    package var inOrder: JSONObject {
        var sorted = JSONObject()
        for member in members.sorted(by: { $0.name < $1.name }) {
            sorted.append(member.name, member.value.inOrder)
        }
        return sorted
    }
}

/// A JSON number in its original spelling, so that no digits are lost.
package struct JSONNumber: Hashable, Sendable {
    /// The spelling, as in https://www.rfc-editor.org/rfc/rfc8259#section-6.
    package let text: String

    /// Creates a number from its spelling, which must be valid. The parser ensures that.
    init(spelling text: String) {
        self.text = text
    }

    package init(_ number: Int) {
        text = String(number)
    }

    /// Rounds a number to six decimal places. NaN and infinity become 0.
    package init(rounding number: Double) {
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        guard rounded.isFinite else {
            text = "0"
            return
        }
        text = Int(exactly: rounded).map { String($0) } ?? "\(rounded)"
    }

    /// Creates a number with the shortest spelling that round-trips. Returns nil for NaN and
    /// infinity.
    package init?(_ number: Double) {
        guard number.isFinite else { return nil }
        text = "\(number)"
    }

    /// The number, if it is spelled as an integer and in the range of `Int`.
    package var integer: Int? { Int(text) }

    /// The nearest `Double`, or nil if the number is out of range.
    package var double: Double? {
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}

extension JSONValue {
    /// Returns the document in several lines, indented by two spaces. See
    /// https://www.rfc-editor.org/rfc/rfc8259.
    package func text() -> String {
        var writer = JSONWriter(capacity: 4096)
        writer.write(self, depth: 0)
        return writer.text
    }

    /// The document in one line without spaces.
    package var compact: String {
        var writer = JSONWriter()
        writer.write(self, depth: nil)
        return writer.text
    }

    /// The document in one line without spaces, as UTF-8.
    package var compactBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self, depth: nil)
        return writer.bytes
    }

    /// Returns a string as a JSON string with quotes.
    package static func quoted(_ string: String) -> String {
        var writer = JSONWriter(capacity: string.utf8.count + 2)
        writer.quote(string)
        return writer.text
    }

    /// Appends the contents of a JSON string without quotes.
    package static func escape(_ string: String, in bytes: inout [UInt8]) {
        var writer = JSONWriter(capacity: 0)
        swap(&writer.bytes, &bytes)
        writer.escape(string)
        swap(&writer.bytes, &bytes)
    }
}

extension JSONValue {
    /// The number of bytes of ``compactBytes``.
    package var compactCount: Int {
        switch self {
        case .null: 4
        case .boolean(let value): value ? 4 : 5
        case .number(let number): number.text.utf8.count
        case .string(let text): Self.quotedCount(text)
        case .array(let items): items.reduce(2 + max(0, items.count - 1)) { $0 + $1.compactCount }
        case .object(let object):
            object.members.reduce(2 + max(0, object.members.count - 1)) {
                $0 + Self.quotedCount($1.name) + 1 + $1.value.compactCount
            }
        }
    }

    /// Returns the number of bytes that ``JSONWriter`` writes.
    private static func quotedCount(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            bytes.indices.reduce(2) { $0 + count(bytes, $1) }
        }
    }

    private static func count(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        switch text[index] {
        case 0x22, 0x5C, 0x0A, 0x0D, 0x09: 2
        case 0x00..<0x20, 0x7F: 6
        // The first of two bytes that are written as six.
        case 0xC2 where text[index + 1] < 0xA0: 5
        default: 1
        }
    }
}
