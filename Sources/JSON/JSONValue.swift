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
