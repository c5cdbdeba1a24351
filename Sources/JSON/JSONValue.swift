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
