extension JSONValue {
    /// The document in lines, indented by two spaces; https://www.rfc-editor.org/rfc/rfc8259.
    package func text() -> String {
        var text = ""
        write(to: &text, indent: "\n")
        return text
    }

    /// - Parameter indent: a line end with what stands before this value's closing bracket.
    private func write(to text: inout String, indent: String) {
        switch self {
        case .array(let items):
            Self.block(items, "[", "]", indent, in: &text) { $0.write(to: &$1, indent: $2) }
        case .object(let object):
            Self.block(object.members, "{", "}", indent, in: &text) { member, text, indent in
                Self.quote(member.name, in: &text)
                text += ": "
                member.value.write(to: &text, indent: indent)
            }
        default: write(to: &text)
        }
    }

    /// The document in one line without spaces.
    package var compact: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): Self.quote(string, in: &text)
        case .array(let items):
            Self.list(items, "[", "]", in: &text) { $0.write(to: &$1) }
        case .object(let object):
            Self.list(object.members, "{", "}", in: &text) { member, text in
                Self.quote(member.name, in: &text)
                text += ":"
                member.value.write(to: &text)
            }
        }
    }

    private static func list<Item>(
        _ items: [Item], _ open: String, _ close: String, in text: inout String,
        _ write: (Item, inout String) -> Void
    ) {
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            write(item, &text)
        }
        text += close
    }

    private static func block<Item>(
        _ items: [Item], _ open: String, _ close: String, _ indent: String,
        in text: inout String, _ write: (Item, inout String, String) -> Void
    ) {
        let inner = indent + "  "
        list(items, open, items.isEmpty ? close : indent + close, in: &text) { item, text in
            text += inner
            write(item, &text, inner)
        }
    }
}

// MARK: - Strings

extension JSONValue {
    /// A text as a JSON string, in its quotes.
    package static func quoted(_ string: String) -> String {
        var quoted = ""
        quote(string, in: &quoted)
        return quoted
    }

    private static func quote(_ string: String, in text: inout String) {
        text += "\""
        escape(string, in: &text)
        text += "\""
    }

    /// The inside of a JSON string, without the quotes.
    package static func escape(_ string: String, in text: inout String) {
        // Most are plain, and to look at bytes where they lie is faster.
        let isPlain = string.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        }
        if isPlain == true {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // C1 and DEL may stand in JSON, but this text is also looked at in terminals.
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": text += escaped(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
