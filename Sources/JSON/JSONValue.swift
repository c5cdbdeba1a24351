/// A JSON document as values: objects keep the order of their members, numbers their digits.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Null when there is no text.
    package init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }

    /// Null when there is no number.
    package init(_ number: Int?) {
        self = number.map { .integer($0) } ?? .null
    }

    package static func integer(_ number: Int) -> JSONValue {
        .number(JSONNumber(number))
    }

    /// A figure, rounded to six digits after the point.
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

    /// The number, where it is whole and an `Int` holds it.
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
