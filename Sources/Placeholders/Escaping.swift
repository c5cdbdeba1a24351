import JSON
import TextSupport

/// How a value is escaped for its position in a template.
enum Escaping: Hashable, Sendable {
    /// Plain text without escaping.
    case none
    /// Text between the tags of XML and HTML.
    case markup
    /// The value of an attribute in XML and HTML.
    case attribute
    /// The contents of a CDATA section in XML, which has no escapes.
    case cdata
    /// A part of a name in XML and HTML, and whether the name begins with it.
    case markupName(isFirst: Bool)
    /// The value of an HTTP header. Line breaks are removed.
    case header
    /// A part of a URL or a form field. Only unreserved characters are not encoded
    /// (https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
    case percent
    /// The contents of a JSON string.
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
    /// Whether the scalar is a control character except tab (RFC 9110 section 5.5) or a Unicode
    /// line break.
    fileprivate var endsOrBreaksHeader: Bool {
        switch value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}
