/// Percent-encoding of UTF-8: https://www.rfc-editor.org/rfc/rfc3986#section-2.1.
package enum PercentEncoding {
    /// Encodes all characters except unreserved ones.
    package static func encoded(_ value: String) -> String {
        encoded(value) { $0.isUnreserved }
    }

    package static func encoded(_ value: String, keeping isKept: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        write(value.utf8, to: &bytes, keeping: isKept)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends bytes and encodes the ones that do not satisfy the predicate.
    package static func write(
        _ value: some Sequence<UInt8>, to bytes: inout [UInt8], keeping isKept: (UInt8) -> Bool
    ) {
        for byte in value {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append((byte >> 4).hexadecimalDigit(uppercase: true))
                bytes.append((byte & 0xF).hexadecimalDigit(uppercase: true))
            }
        }
    }
}

extension UInt8 {
    /// Whether the byte never needs encoding: a letter, a digit, or one of `-._~`.
    package var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether the byte is allowed in a URL after the authority, including `%`.
    package var isURLByte: Bool {
        isUnreserved || "!$&'()*+,;=:@/?#[]%".utf8.contains(self)
    }
}
