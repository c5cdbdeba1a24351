import Glibc

/// The decoded path and query of a request. See https://www.rfc-editor.org/rfc/rfc3986#section-3.3.
///
/// The path is split before it is decoded, so an encoded slash stays part of its segment. Dot
/// segments are not resolved; `.` and `..` are ordinary segments.
package struct RequestTarget: Sendable {
    /// The segments after each slash. If the path ends with a slash, the last segment is empty.
    package let path: [String]
    package let query: [(name: String, value: String)]

    /// Parses a path or an absolute URL, which servers must accept
    /// (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2). The host of the URL is ignored.
    ///
    /// Returns nil if the text is neither, or if it contains an invalid escape or invalid UTF-8.
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

    /// Returns the path of a URL such as `http://host/path`, or nil if the text is not an absolute
    /// URL.
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

    /// The path of a URL without a path.
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

/// Decodes form data, in a query or in a body.
///
/// See https://url.spec.whatwg.org/#concept-urlencoded-parser. Unlike there, an invalid escape is
/// an error.
package enum FormDecoding {
    /// Returns the pairs in order, or nil if the text contains an invalid escape, a NUL or invalid
    /// UTF-8.
    package static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)]? {
        var text = String(text)
        return text.withUTF8 { pairs($0) }
    }

    /// Returns the pairs in order.
    ///
    /// - Parameter text: Valid UTF-8.
    static func pairs(
        _ text: UnsafeBufferPointer<UInt8>
    ) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        var rest: UnsafeBufferPointer<UInt8>? = text
        while let text = rest {
            let pair: UnsafeBufferPointer<UInt8>
            (pair, rest) = cut(text, at: "&")
            guard !pair.isEmpty else { continue }
            let (name, value) = cut(pair, at: "=")
            guard let name = decoded(name, plusIsSpace: true),
                let value = value.map({ decoded($0, plusIsSpace: true) }) ?? ""
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Splits a text at the first separator. `rest` is nil without a separator.
    ///
    /// This works on bytes because processing characters takes several times as long.
    static func cut(
        _ text: UnsafeBufferPointer<UInt8>, at separator: Unicode.Scalar
    ) -> (head: UnsafeBufferPointer<UInt8>, rest: UnsafeBufferPointer<UInt8>?) {
        guard let start = text.baseAddress,
            let found = memchr(start, Int32(UInt8(ascii: separator)), text.count)
        else { return (text, nil) }
        let count = UnsafeRawPointer(found) - UnsafeRawPointer(start)
        return (
            UnsafeBufferPointer(rebasing: text[..<count]),
            UnsafeBufferPointer(rebasing: text[(count + 1)...])
        )
    }

    /// Decodes percent escapes. Returns nil for an invalid escape, a NUL or invalid UTF-8.
    static func decoded(
        _ text: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool = false
    ) -> String? {
        // Most texts contain nothing to decode.
        let isPlain = text.allSatisfy { $0 != 0x25 && $0 != 0 && !($0 == 0x2B && plusIsSpace) }
        if isPlain { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
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
