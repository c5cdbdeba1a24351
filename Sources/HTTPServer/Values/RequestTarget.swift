/// Path and query of a request, decoded; https://www.rfc-editor.org/rfc/rfc3986#section-3.3.
///
/// The path is taken apart before it is decoded, so that a slash which somebody has encoded stays
/// a part of its segment. Nothing is resolved: `.` and `..` are segments like any other.
package struct RequestTarget: Sendable {
    /// The segments behind each slash; a path that ends with one has an empty last segment.
    package let path: [String]
    package let query: [(name: String, value: String)]

    /// Reads a path, or the absolute form with scheme and host before it, which a server must take
    /// (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2). The host does not matter here.
    ///
    /// Nil when it is neither, or has a broken escape or what is not UTF-8.
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
        let (whole, query) = FormDecoding.cut(target, at: "?")
        let path = self.path(ofAbsolute: whole) ?? whole
        guard path.first == UInt8(ascii: "/"), let segments = segments(path),
            let pairs = query.map({ FormDecoding.pairs($0) }) ?? []
        else { return nil }
        return (segments, pairs)
    }

    /// The path behind `http://host`; nil where there is no such beginning.
    private static func path(
        ofAbsolute text: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        let schemes: [StaticString] = ["http://", "https://"]
        for scheme in schemes where starts(text, with: scheme) {
            let rest = UnsafeBufferPointer(rebasing: text[scheme.utf8CodeUnitCount...])
            let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count
            guard slash > 0 else { return nil }
            return slash < rest.count
                ? UnsafeBufferPointer(rebasing: rest[slash...]) : root
        }
        return nil
    }

    /// A path that is empty means `/`.
    private static var root: UnsafeBufferPointer<UInt8> {
        let text: StaticString = "/"
        return UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private static func starts(
        _ text: UnsafeBufferPointer<UInt8>, with scheme: StaticString
    ) -> Bool {
        scheme.withUTF8Buffer { scheme in
            text.count >= scheme.count
                && scheme.indices.allSatisfy { index in
                    let byte = text[index]
                    return ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == scheme[index]
                }
        }
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
