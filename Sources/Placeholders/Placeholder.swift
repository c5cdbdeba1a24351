package import JSON

/// A placeholder in a template.
package struct Placeholder: Hashable, Sendable {
    /// The name in the brackets. Dots refer to nested values: `address.formatted_address`.
    package let name: String
    /// The placeholder as written, including the brackets.
    package let spelling: String

    /// The part of the name before the first dot.
    package var root: Substring { name.prefix { $0 != "." } }
}

/// The replacement of a placeholder.
package enum Filling: Hashable, Sendable {
    /// The name is unknown. The placeholder is kept as written.
    case unknown
    case text(String)
    /// An object or an array. In text, it is replaced by its JSON.
    case compound(JSONValue)

    package init(_ value: JSONValue) {
        switch value {
        case .string(let string): self = .text(string)
        case .object, .array: self = .compound(value)
        case .null: self = .text("")
        case .boolean, .number: self = .text(value.compact)
        }
    }

    /// The text of the replacement, or nil for `unknown`.
    package var text: String? {
        switch self {
        case .unknown: nil
        case .text(let text): text
        case .compound(let value): value.compact
        }
    }
}

/// Returns the replacement of each placeholder. An error aborts the filling.
package typealias Filler<Failure: Error> = (Placeholder) throws(Failure) -> Filling

extension Placeholder {
    /// Returns the placeholder that begins at an index: `<name>`, `{{name}}`, and optionally
    /// `{name}`.
    ///
    /// Names consist of letters, digits, `_`, `-` and an index such as `[0]`. Dots refer to nested
    /// values. A name has at most ``nameLimit`` bytes. Other text in brackets is not a placeholder.
    ///
    /// - Returns: Nil if no placeholder begins here.
    static func find(
        in bytes: [UInt8], at index: Int, takesSingleBraces: Bool = false
    ) -> (found: Placeholder, end: Int)? {
        switch bytes[index] {
        case UInt8(ascii: "<"): return find(in: bytes, from: index, opened: 1, by: ">")
        case UInt8(ascii: "{"):
            if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{") {
                return find(in: bytes, from: index, opened: 2, by: "}}")
            }
            return takesSingleBraces ? find(in: bytes, from: index, opened: 1, by: "}") : nil
        default: return nil
        }
    }

    /// The maximum length of a name in bytes. No variable has a longer name.
    package static let nameLimit = 200

    /// As in Mustache, spaces are allowed around names in double braces.
    private static func find(
        in bytes: [UInt8], from start: Int, opened brackets: Int, by close: StaticString
    ) -> (found: Placeholder, end: Int)? {
        var first = start + brackets
        while brackets == 2, first < bytes.count, bytes[first] == 0x20 { first += 1 }
        var last = first
        while last < bytes.count, bytes[last].isPlaceholderNameByte { last += 1 }
        var end = last
        while brackets == 2, end < bytes.count, bytes[end] == 0x20 { end += 1 }
        let isClosed = close.withUTF8Buffer { bytes[end...].starts(with: $0) }
        guard isClosed, last - first <= nameLimit else { return nil }
        let name = String(decoding: bytes[first..<last], as: UTF8.self)
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(\.isNamePart) else { return nil }
        end += close.utf8CodeUnitCount
        let spelling = String(decoding: bytes[start..<end], as: UTF8.self)
        return (Placeholder(name: name, spelling: spelling), end)
    }
}

extension UInt8 {
    var isPlaceholderNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

extension Substring {
    /// Whether the text has the form `name`, `0` or `parts[n]`.
    fileprivate var isNamePart: Bool {
        guard let first = utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "[") else {
            return false
        }
        guard let bracket = utf8.firstIndex(of: UInt8(ascii: "[")) else {
            return !utf8.contains(UInt8(ascii: "]"))
        }
        let index = utf8[utf8.index(after: bracket)...]
        return index.last == UInt8(ascii: "]") && index.count > 1
            && !index.dropLast().contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
    }
}

/// A JSON document whose strings contain placeholders. Member names are not changed.
///
///     let template = JSONTemplate(try JSONValue(parsing: #"{"to": "<number>"}"#))
///     var text = FilledText(limit: 1 << 20)
///     template.fill(&text) { _ in .text("+49123") }
package struct JSONTemplate: Hashable, Sendable {
    private enum Node: Hashable, Sendable {
        /// JSON text without placeholders, including the punctuation between values.
        case literal(String)
        case string([PlaceholderScanner.Piece])
    }

    private let nodes: [Node]

    package init(_ value: JSONValue) {
        var builder = Builder()
        builder.add(value)
        nodes = builder.end()
    }

    /// Appends the JSON text with its placeholders filled.
    ///
    /// A placeholder that is a complete string is replaced by an object or an array if its value is
    /// one. All other values become text in the string.
    package func fill<Failure>(
        _ text: inout FilledText, _ filler: Filler<Failure>
    ) throws(Failure) {
        for node in nodes {
            switch node {
            case .literal(let literal): text.append(literal)
            case .string(let pieces): try Self.write(pieces, filler, to: &text)
            }
            if text.isTooLong { return }
        }
    }

    package var placeholders: [Placeholder] {
        nodes.flatMap { node in
            guard case .string(let pieces) = node else { return [Placeholder]() }
            return pieces.placeholders
        }
    }

    private static func write<Failure>(
        _ pieces: [PlaceholderScanner.Piece], _ filler: Filler<Failure>, to text: inout FilledText
    ) throws(Failure) {
        guard pieces.count == 1, case .placeholder(let only) = pieces[0] else {
            text.append(UInt8(ascii: "\""))
            try pieces.fill(&text, filler, .json)
            return text.append(UInt8(ascii: "\""))
        }
        let filling = try filler(only)
        if case .compound(let value) = filling { return text.append(value.compactBytes) }
        text.append(UInt8(ascii: "\""))
        text.append(filling.text ?? only.spelling, .json)
        text.append(UInt8(ascii: "\""))
    }

    /// Builds the nodes. Adjacent literals are joined.
    private struct Builder {
        private var nodes: [Node] = []
        private var fixed = ""

        mutating func add(_ value: JSONValue) {
            switch value {
            case .object(let object): addObject(object)
            case .array(let items):
                fixed += "["
                for (index, item) in items.enumerated() {
                    if index > 0 { fixed += "," }
                    add(item)
                }
                fixed += "]"
            case .string(let string): addString(string)
            case .null, .boolean, .number: fixed += value.compact
            }
        }

        private mutating func addObject(_ object: JSONObject) {
            fixed += "{"
            for (index, member) in object.members.enumerated() {
                if index > 0 { fixed += "," }
                fixed += JSONValue.quoted(member.name) + ":"
                add(member.value)
            }
            fixed += "}"
        }

        private mutating func addString(_ string: String) {
            let pieces = PlaceholderScanner.pieces(of: string)
            guard !pieces.placeholders.isEmpty else {
                fixed += JSONValue.quoted(string)
                return
            }
            nodes += [.literal(fixed), .string(pieces.map(\.escapedForJSON))]
            fixed = ""
        }

        mutating func end() -> [Node] {
            nodes + [.literal(fixed)]
        }
    }
}

extension PlaceholderScanner.Piece {
    /// The literal, escaped for a JSON string.
    fileprivate var escapedForJSON: Self {
        guard case .literal(let literal) = self else { return self }
        return .literal(String(JSONValue.quoted(literal).dropFirst().dropLast()))
    }
}
