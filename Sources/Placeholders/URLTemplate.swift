/// An http or https URL with placeholders behind its host; single braces count there as well.
///
/// Whatever the values, scheme, host and port are those of the template, and so is the number of
/// the path's segments.
package struct URLTemplate: Hashable, Sendable {
    /// Scheme, host and port, as they were written but for the host, which is in ASCII.
    package let origin: String
    /// The host in ASCII, without the brackets of an IPv6 address.
    package let host: String
    /// What stands between the slashes of the path.
    private let segments: [[PlaceholderScanner.Piece]]
    /// The query and the fragment, `?` and `#` included.
    private let rest: [PlaceholderScanner.Piece]

    package init(_ text: String) throws(URLFault) {
        let authority = try URLAuthority(startOf: text)
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

    /// A segment that values have made `.` or `..` would be taken for a step up by whoever
    /// normalises the URL, also where the dots are encoded (RFC 3986 6.2.2): so they are, twice.
    private static func fill<Failure>(
        _ segment: [PlaceholderScanner.Piece], _ url: inout FilledText, _ filler: Filler<Failure>
    ) throws(Failure) {
        var text = FilledText(limit: url.room)
        try segment.fill(&text, filler, .percent)
        // Nearly every segment is too long for that, and each callback has some.
        guard text.bytes.count <= "%2E%2E".utf8.count, !segment.placeholders.isEmpty else {
            return url.append(text)
        }
        let dots = text.string.replacing(#/%2[eE]/#, with: ".")
        guard dots == "." || dots == ".." else { return url.append(text) }
        url.append(String(repeating: "%252E", count: dots.count))
    }
}

extension PlaceholderScanner.Piece {
    /// A literal with only what a URL may hold; what the owner has encoded stays so.
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

    /// None for an empty path; the first slash stands before the first segment.
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
