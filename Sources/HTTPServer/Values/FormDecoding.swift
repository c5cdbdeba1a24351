/// Names and values as a form sends them, in a query or in a body.
///
/// https://url.spec.whatwg.org/#concept-urlencoded-parser, but a broken escape is a fault.
package enum FormDecoding {
    /// The pairs in their order; nil for a broken escape, a NUL or what is not UTF-8.
    package static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)]? {
        pairs(Array(text.utf8)[...])
    }

    static func pairs(_ text: ArraySlice<UInt8>) -> [(name: String, value: String)]? {
        let pairs = split(text, at: "&").filter { !$0.isEmpty }.map { pair in
            split(pair, at: "=", most: 1).map { decoded($0, plusIsSpace: true) }
        }
        guard pairs.allSatisfy({ !$0.contains(nil) }) else { return nil }
        return pairs.map {
            ($0.first.flatMap { $0 } ?? "", $0.dropFirst().first.flatMap { $0 } ?? "")
        }
    }

    /// By bytes, for characters take several times as long and each of these is one.
    static func split(
        _ text: ArraySlice<UInt8>, at separator: Unicode.Scalar, most: Int = .max
    ) -> [ArraySlice<UInt8>] {
        text.split(
            separator: UInt8(ascii: separator), maxSplits: most, omittingEmptySubsequences: false)
    }

    /// Nil for a broken escape, a NUL or what is not UTF-8.
    static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
        // Most have nothing to decode.
        let isPlain = text.allSatisfy { $0 != 0x25 && $0 != 0 && !($0 == 0x2B && plusIsSpace) }
        if isPlain { return String(validating: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
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
