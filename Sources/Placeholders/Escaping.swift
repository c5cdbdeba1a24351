import JSON

/// How a value is made safe for its place in a template.
enum Escaping: Hashable, Sendable {
    /// Plain text, in which nothing has a meaning.
    case none
    /// The text between the tags of XML and HTML.
    case markup
    /// An attribute's value in XML and HTML.
    case attribute
    /// The inside of a CDATA section of XML, where there are no escapes.
    case cdata
    /// A part of a name in XML and HTML; whether the name begins with it.
    case markupName(isFirst: Bool)
    /// The value of an HTTP header, which no value may end.
    case header
    /// A part of a URL, or a field of a form: only unreserved characters stay
    /// (https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
    case percent
    /// The inside of a JSON string.
    case json

    func write(_ value: String, to bytes: inout [UInt8]) {
        switch self {
        case .none: bytes.append(contentsOf: value.utf8)
        case .markup: MarkupEscape.writeText(value, to: &bytes)
        case .attribute: MarkupEscape.writeAttribute(value, to: &bytes)
        case .cdata: MarkupEscape.writeCDATA(value, to: &bytes)
        case .markupName(let isFirst): MarkupEscape.writeName(value, isFirst, to: &bytes)
        case .header: Self.writeHeader(value, to: &bytes)
        case .percent: PercentEncoding.write(value.utf8, to: &bytes) { $0.isUnreserved }
        case .json: JSONValue.escape(value, in: &bytes)
        }
    }

    private static func writeHeader(_ value: String, to bytes: inout [UInt8]) {
        let scalars = value.unicodeScalars.map { $0.endsOrBreaksHeader ? " " : $0 }
        bytes.append(contentsOf: String(String.UnicodeScalarView(scalars)).utf8)
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
