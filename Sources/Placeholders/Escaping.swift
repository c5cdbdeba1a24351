import JSON

/// How a value is made safe for the place where it stands.
enum Escaping: Sendable {
    /// Plain text, in which nothing has a meaning.
    case none
    /// Text and attribute values of XML and HTML.
    case markup
    /// The value of an HTTP header, which no value may end.
    case header
    /// A part of a URL, or a field of a form: only unreserved characters stay
    /// (https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
    case percent
    /// The inside of a JSON string.
    case json

    func write(_ value: String, to text: inout String) {
        switch self {
        case .none: text += value
        case .markup: Self.writeMarkup(value, to: &text)
        case .header: Self.writeHeader(value, to: &text)
        case .percent: PercentEncoding.write(value, to: &text) { $0.isUnreserved }
        case .json: JSONValue.escape(value, in: &text)
        }
    }

    /// Controls that XML 1.0 has no way to hold (section 2.2) become U+FFFD.
    private static func writeMarkup(_ value: String, to text: inout String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case "\r": text += "&#13;"
            case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func writeHeader(_ value: String, to text: inout String) {
        for scalar in value.unicodeScalars {
            text.unicodeScalars.append(scalar.endsOrBreaksHeader ? " " : scalar)
        }
    }
}

extension Unicode.Scalar {
    /// Controls but for the tab (RFC 9110 5.5), and the line ends that only Unicode knows.
    fileprivate var endsOrBreaksHeader: Bool {
        switch value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}
