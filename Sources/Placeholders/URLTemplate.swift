import Curl
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
