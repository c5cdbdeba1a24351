import JSON

@testable import Settings

/// Decodes values with Foundation's decoder, as the reference for our parser.
extension JSON5Value: Decodable {
    /// Tries the most frequent types first, because a wrong guess costs as much as a right one.
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

    /// The remaining values are numbers too large for `Double`, which the decoder rejects.
    private static func scalar(_ value: any SingleValueDecodingContainer) -> JSON5Value {
        if value.decodeNil() { return .null }
        if let boolean = try? value.decode(Bool.self) { return .boolean(boolean) }
        if let integer = try? value.decode(Int.self) { return .integer(integer) }
        return .number("\((try? value.decode(Double.self)) ?? .infinity)")
    }
}

extension JSON5Value {
    /// The value with each number in the same notation.
    var withPlainNumbers: JSON5Value {
        switch self {
        case .number(let text): .number("\(Double(text) ?? .infinity)")
        case .list(let items): .list(items.map(\.withPlainNumbers))
        case .object(let members): .object(members.mapValues(\.withPlainNumbers))
        default: self
        }
    }
}

/// Accepts any key. Keys are validated after decoding.
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
