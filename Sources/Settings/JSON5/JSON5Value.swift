/// A value of the configuration file before it means anything.
enum JSON5Value: Hashable {
    case null
    case boolean(Bool)
    /// A whole number, exact, however it was written: `7`, `7.0`, `0x7`.
    case integer(Int)
    /// A fraction, or a number that no `Int` holds; infinite when no `Double` holds it either.
    case number(Double)
    case string(String)
    case list([JSON5Value])
    case object([String: JSON5Value])
}

extension JSON5Value: Decodable {
    /// Asks for what most values are first: a wrong guess costs as much as the right one.
    init(from decoder: any Decoder) throws {
        if let string = try? decoder.singleValueContainer().decode(String.self) {
            self = .string(string)
        } else if let object = try? decoder.container(keyedBy: AnyKey.self) {
            self = .object(try Self.members(of: object))
        } else if var list = try? decoder.unkeyedContainer() {
            self = .list(try Self.elements(of: &list))
        } else {
            self = Self.scalar(try decoder.singleValueContainer())
        }
    }

    private static func members(
        of object: KeyedDecodingContainer<AnyKey>
    ) throws -> [String: JSON5Value] {
        var members: [String: JSON5Value] = [:]
        for key in object.allKeys {
            members[key.stringValue] = try object.decode(JSON5Value.self, forKey: key)
        }
        return members
    }

    private static func elements(of list: inout any UnkeyedDecodingContainer) throws -> [JSON5Value]
    {
        var elements: [JSON5Value] = []
        while !list.isAtEnd { elements.append(try list.decode(JSON5Value.self)) }
        return elements
    }

    /// What is none of the others is a number too large for a `Double`; the decoder refuses those.
    private static func scalar(_ value: any SingleValueDecodingContainer) -> JSON5Value {
        if value.decodeNil() { return .null }
        if let boolean = try? value.decode(Bool.self) { return .boolean(boolean) }
        if let integer = try? value.decode(Int.self) { return .integer(integer) }
        return .number((try? value.decode(Double.self)) ?? .infinity)
    }
}

extension JSON5Value {
    /// What stands there, for a message: `the number 5`, `the string 'x'`, `a list`.
    var summary: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value): "the string \(quoted(value))"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// The same without the value, for what may be a secret: `a number`, `a string`.
    var kind: String {
        switch self {
        case .boolean: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .null, .list, .object: summary
        }
    }
}

/// Any key at all: which keys there may be is decided after the decoding.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
