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
        let target = text.prefix { $0 != "#" }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.utf8.first == UInt8(ascii: "/") else { return nil }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map { Self.decoded($0) }
        let pairs = parts.dropFirst().joined().split(separator: "&").map { pair in
            let halves = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return halves.map { Self.decoded($0, plusIsSpace: true) }
        }
        let decoded = segments.compactMap { $0 }
        guard decoded.count == segments.count, pairs.allSatisfy({ !$0.contains(nil) }) else {
            return nil
        }
        self.path = decoded
        query = pairs.map {
            ($0.first.flatMap { $0 } ?? "", $0.dropFirst().first.flatMap { $0 } ?? "")
        }
    }

    /// Nil for a broken escape, a NUL or what is not UTF-8.
    private static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
