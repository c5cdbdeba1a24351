import Curl
import JSON
package import TextSupport

/// An http or https URL with placeholders after its host. Single braces are placeholders as well.
///
/// Values cannot change the scheme, the host, the port or the number of path segments.
package struct URLTemplate: Hashable, Sendable {
    /// The scheme, host and port as written, except that the host is in ASCII.
    package let origin: String
    /// The host in ASCII, without the brackets of an IPv6 address.
    package let host: String
    /// The path segments.
    private let segments: [[PlaceholderScanner.Piece]]
    /// The query and the fragment, including `?` and `#`.
    private let rest: [PlaceholderScanner.Piece]

    package init(_ text: String) throws(URLFault) {
        let authority = try URLAuthority(startOf: text) { host throws(URLFault) in
            // International hosts are converted here, so that creating, testing, checking and
            // sending a callback use the same name.
            do throws(HostName.Failure) {
                return try HostName.ascii(host)
            } catch {
                throw .international(reason: error.description)
            }
        }
        (origin, host) = (authority.origin, authority.host)
        let pieces = PlaceholderScanner.pieces(of: authority.rest, takesSingleBraces: true)
        let (path, rest) = pieces.dividedAtQuery()
        segments = path.dividedAtSlashes().map { $0.map(\.escapedForURL) }
        self.rest = rest.map(\.escapedForURL)
    }

    /// Appends the URL with its placeholders filled.
    package func fill<Failure>(
        _ url: inout FilledText, _ filler: Filler<Failure>
    ) throws(Failure) {
        url.append(origin)
        for segment in segments {
            url.append(UInt8(ascii: "/"))
            try Self.fill(segment, &url, filler)
        }
        try rest.fill(&url, filler, .percent)
    }

    package var placeholders: [Placeholder] {
        segments.flatMap(\.placeholders) + rest.placeholders
    }

    /// Fills a segment. If the result is `.` or `..`, programs that normalize the URL would treat
    /// it as a relative path, even with encoded dots (RFC 3986 section 6.2.2). So the dots are
    /// encoded twice.
    private static func fill<Failure>(
        _ segment: [PlaceholderScanner.Piece], _ url: inout FilledText, _ filler: Filler<Failure>
    ) throws(Failure) {
        var text = FilledText(limit: url.room)
        try segment.fill(&text, filler, .percent)
        // Almost all segments are longer, and every callback has some.
        guard text.bytes.count <= "%2E%2E".utf8.count, !segment.placeholders.isEmpty else {
            return url.append(text)
        }
        let dots = text.string.replacing(#/%2[eE]/#, with: ".")
        guard dots == "." || dots == ".." else { return url.append(text) }
        url.append(String(repeating: "%252E", count: dots.count))
    }
}

extension PlaceholderScanner.Piece {
    /// The literal with characters that are not allowed in URLs encoded. Existing escapes are kept.
    fileprivate var escapedForURL: Self {
        guard case .literal(let literal) = self else { return self }
        return .literal(PercentEncoding.encoded(literal) { $0.isURLByte })
    }
}

extension [PlaceholderScanner.Piece] {
    fileprivate func dividedAtQuery() -> (path: Self, rest: Self) {
        for (index, piece) in enumerated() {
            guard case .literal(let text) = piece,
                let end = text.firstIndex(where: { $0 == "?" || $0 == "#" })
            else { continue }
            let (before, after) = (String(text[..<end]), String(text[end...]))
            return (
                self[..<index] + (before.isEmpty ? [] : [.literal(before)]),
                [.literal(after)] + self[(index + 1)...]
            )
        }
        return (self, [])
    }

    /// Splits a path into segments. The first slash precedes the first segment, and an empty path
    /// has no segments.
    fileprivate func dividedAtSlashes() -> [Self] {
        var segments: [Self] = []
        for piece in self {
            guard case .literal(let text) = piece else {
                segments[segments.count - 1].append(piece)
                continue
            }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index > 0 { segments.append([]) }
                guard !part.isEmpty else { continue }
                segments[segments.count - 1].append(.literal(String(part)))
            }
        }
        return segments
    }
}

/// A text that is built from a template and its values, with a size limit.
///
/// Values are repeated for each of their placeholders, so a small template and a small event could
/// produce gigabytes. Nothing is appended once the limit is reached; ``isTooLong`` is then true.
package struct FilledText {
    package private(set) var bytes: [UInt8] = []
    /// Whether the complete text would exceed the limit.
    package private(set) var isTooLong = false
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// The number of bytes that can still be appended.
    package var room: Int { isTooLong ? 0 : limit - bytes.count }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func append(_ text: String) {
        guard hasRoom(for: text.utf8.count) else { return }
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ other: some Collection<UInt8>) {
        guard hasRoom(for: other.count) else { return }
        bytes.append(contentsOf: other)
    }

    mutating func append(_ byte: UInt8) {
        guard hasRoom(for: 1) else { return }
        bytes.append(byte)
    }

    /// Appends an escaped value.
    mutating func append(_ value: String, _ escaping: Escaping) {
        // Escaping never makes a value shorter, so the check limits the work in advance.
        guard hasRoom(for: value.utf8.count) else { return }
        escaping.write(value, to: &bytes)
        _ = hasRoom(for: 0)
    }

    /// Appends another text, percent-encoded.
    package mutating func append(encoding other: FilledText) {
        guard !other.isTooLong, hasRoom(for: other.bytes.count) else {
            isTooLong = true
            return
        }
        PercentEncoding.write(other.bytes, to: &bytes) { $0.isUnreserved }
        _ = hasRoom(for: 0)
    }

    /// Appends another text.
    package mutating func append(_ other: FilledText) {
        guard !other.isTooLong else {
            isTooLong = true
            return
        }
        append(other.bytes)
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if bytes.count + count > limit { isTooLong = true }
        return !isTooLong
    }
}

/// Splits a text into literals and placeholders.
struct PlaceholderScanner {
    enum Piece: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
    }

    private let bytes: [UInt8]
    private let takesSingleBraces: Bool
    private var index = 0
    private var literalStart = 0
    private var pieces: [Piece] = []

    /// Returns the pieces. Joined together, they are the original text.
    static func pieces(of text: String, takesSingleBraces: Bool = false) -> [Piece] {
        var scanner = PlaceholderScanner(text, takesSingleBraces)
        scanner.scan()
        return scanner.pieces
    }

    private init(_ text: String, _ takesSingleBraces: Bool) {
        bytes = Array(text.utf8)
        self.takesSingleBraces = takesSingleBraces
    }

    private mutating func scan() {
        while index < bytes.count {
            let place = Placeholder.find(
                in: bytes, at: index, takesSingleBraces: takesSingleBraces)
            guard let place else {
                index += 1
                continue
            }
            endLiteral()
            pieces.append(.placeholder(place.found))
            (index, literalStart) = (place.end, place.end)
        }
        endLiteral()
    }

    private mutating func endLiteral() {
        guard literalStart < index else { return }
        pieces.append(.literal(String(decoding: bytes[literalStart..<index], as: UTF8.self)))
    }
}

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
