package import JSON

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
