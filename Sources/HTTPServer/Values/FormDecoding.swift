import Glibc

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
    /// - Parameter text: valid UTF-8.
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
