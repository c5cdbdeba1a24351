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
        let target = Array(text.utf8).prefix { $0 != UInt8(ascii: "#") }
        let parts = FormDecoding.split(target, at: "?", most: 1)
        guard let path = parts.first, path.first == UInt8(ascii: "/") else { return nil }
        let segments = FormDecoding.split(path.dropFirst(), at: "/").map {
            FormDecoding.decoded($0)
        }
        let decoded = segments.compactMap { $0 }
        guard decoded.count == segments.count,
            let query = FormDecoding.pairs(parts.dropFirst().first ?? [])
        else { return nil }
        (self.path, self.query) = (decoded, query)
    }
}
