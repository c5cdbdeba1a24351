/// Path and query of a request, decoded; https://www.rfc-editor.org/rfc/rfc3986#section-3.3.
///
/// The path is taken apart before it is decoded, so that a slash which somebody has encoded stays
/// a part of its segment. Nothing is resolved: `.` and `..` are segments like any other.
package struct RequestTarget: Sendable {
    /// The segments behind each slash; a path that ends with one has an empty last segment.
    package let path: [String]
    package let query: [(name: String, value: String)]

    /// Nil when it does not begin with a slash, or has a broken escape or what is not UTF-8.
    package init?(_ text: String) {
        var text = text
        let target = text.withUTF8 { Self.parts($0) }
        guard let target else { return nil }
        (path, query) = target
    }

    private static func parts(
        _ text: UnsafeBufferPointer<UInt8>
    ) -> (path: [String], query: [(name: String, value: String)])? {
        let (target, _) = FormDecoding.cut(text, at: "#")
        let (path, query) = FormDecoding.cut(target, at: "?")
        guard path.first == UInt8(ascii: "/"), let segments = segments(path),
            let pairs = query.map({ FormDecoding.pairs($0) }) ?? []
        else { return nil }
        return (segments, pairs)
    }

    private static func segments(_ path: UnsafeBufferPointer<UInt8>) -> [String]? {
        var segments: [String] = []
        segments.reserveCapacity(8)
        var (_, rest) = FormDecoding.cut(path, at: "/")
        while let text = rest {
            let segment: UnsafeBufferPointer<UInt8>
            (segment, rest) = FormDecoding.cut(text, at: "/")
            guard let decoded = FormDecoding.decoded(segment) else { return nil }
            segments.append(decoded)
        }
        return segments
    }
}
