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
    package func text(indent: String = "") -> String {
        switch self {
        case .null: "null"
        case .integer(let number): String(number)
        case .number(let number): Self.text(number)
        case .string(let string): Self.quoted(string)
        case .array(let items):
            Self.block("[", items.map { $0.text(indent: indent + "  ") }, "]", indent)
        case .object(let members):
            Self.block(
                "{",
                members.map { "\(Self.quoted($0)): \($1.text(indent: indent + "  "))" }, "}",
                indent)
        }
    }

    private static func block(
        _ open: String, _ items: [String], _ close: String, _ indent: String
    ) -> String {
        guard !items.isEmpty else { return open + close }
        let lines = items.map { "\(indent)  \($0)" }.joined(separator: ",\n")
        return "\(open)\n\(lines)\n\(indent)\(close)"
    }

    private static func text(_ number: Double) -> String {
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        guard let whole = Int(exactly: rounded) else { return "\(rounded)" }
        return String(whole)
    }

    private static func quoted(_ string: String) -> String {
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
