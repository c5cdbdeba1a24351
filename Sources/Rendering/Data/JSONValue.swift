/// A JSON document whose objects keep their keys in order.
package indirect enum JSONValue {
    case null
    case integer(Int)
    /// Rounded to six digits after the point.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(KeyValuePairs<String, JSONValue>)

    package init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }

    /// The document in lines, indented by two spaces; https://www.rfc-editor.org/rfc/rfc8259.
    package func text() -> String {
        var output = ""
        write(to: &output, indent: "\n")
        return output
    }

    /// - Parameter indent: a line end with what stands before this value's closing bracket.
    private func write(to output: inout String, indent: String) {
        switch self {
        case .null: output += "null"
        case .integer(let number): output += String(number)
        case .number(let number): output += Self.text(number)
        case .string(let string): output += Self.quoted(string)
        case .array(let items):
            Self.write(items, "[", "]", indent, to: &output) { $0.write(to: &$1, indent: $2) }
        case .object(let members):
            Self.write(members, "{", "}", indent, to: &output) { member, output, indent in
                output += Self.quoted(member.key) + ": "
                member.value.write(to: &output, indent: indent)
            }
        }
    }

    private static func write<Items: Collection>(
        _ items: Items, _ open: String, _ close: String, _ indent: String,
        to output: inout String, _ write: (Items.Element, inout String, String) -> Void
    ) {
        output += open
        let inner = indent + "  "
        var separator = ""
        for item in items {
            output += separator + inner
            write(item, &output, inner)
            separator = ","
        }
        output += items.isEmpty ? close : indent + close
    }

    private static func text(_ number: Double) -> String {
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        guard let whole = Int(exactly: rounded) else { return "\(rounded)" }
        return String(whole)
    }

    private static func quoted(_ string: String) -> String {
        // Most are plain, and to look at bytes is faster.
        if string.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            return "\"\(string)\""
        }
        var quoted = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            // C1 and DEL may stand in JSON, but this text is also looked at in terminals.
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": quoted += escaped(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
