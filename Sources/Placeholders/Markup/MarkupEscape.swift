/// Writes values into XML and HTML so that a parser reads them back as they are.
///
/// A character that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets) becomes U+FFFD.
enum MarkupEscape {
    static func writeText(_ value: String, to bytes: inout [UInt8]) {
        write(value, to: &bytes) { byte in
            switch byte {
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"): nil
            default: escape(byte)
            }
        }
    }

    /// Parsers turn tabs and line ends in attributes into spaces, unless they are escaped
    /// (https://www.w3.org/TR/xml/#AVNormalize).
    static func writeAttribute(_ value: String, to bytes: inout [UInt8]) {
        write(value, to: &bytes) { byte in
            switch byte {
            case UInt8(ascii: "\t"): "&#9;"
            case UInt8(ascii: "\n"): "&#10;"
            default: escape(byte)
            }
        }
    }

    private static func escape(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        case UInt8(ascii: "\r"): "&#13;"
        case 0..<0x20: "\u{FFFD}"
        default: nil
        }
    }

    /// A section ends at its first `]]>`, so it is split there and goes on in another section.
    ///
    /// The literal text around the value may have a part of `]]>`; hence the look at what was
    /// written before, and the split behind a last `]`.
    static func writeCDATA(_ value: String, to bytes: inout [UInt8]) {
        write(value, to: &bytes) { byte in
            switch byte {
            case UInt8(ascii: "\r"): "]]>&#13;<![CDATA["
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"): nil
            case 0..<0x20: "\u{FFFD}"
            default: nil
            }
        } before: { byte, written in
            byte == UInt8(ascii: ">") && written.suffix(2).elementsEqual("]]".utf8) ? split : nil
        }
        if bytes.last == UInt8(ascii: "]") { append(split, to: &bytes) }
    }

    private static let split: StaticString = "]]><![CDATA["

    /// A value as a part of a name: everything but letters, digits, hyphens and dots of ASCII becomes
    /// an underscore. A name that would not begin with a letter gets one.
    static func writeName(_ value: String, _ isFirst: Bool, to bytes: inout [UInt8]) {
        let underscore = UInt8(ascii: "_")
        if isFirst, value.utf8.first?.isASCIILetter != true { bytes.append(UInt8(ascii: "x")) }
        for scalar in value.unicodeScalars {
            let byte = UInt8(exactly: scalar.value) ?? underscore
            bytes.append(byte.isInMarkupName ? byte : underscore)
        }
    }

    // MARK: Bytes

    /// Copies the value with replacements for some of its bytes.
    ///
    /// - Parameter before: what goes before a byte, for what was written so far.
    private static func write(
        _ value: String, to bytes: inout [UInt8], _ replacement: (UInt8) -> StaticString?,
        before: (UInt8, [UInt8]) -> StaticString? = { _, _ in nil }
    ) {
        var value = value
        value.withUTF8 { text in
            var index = 0
            while index < text.count {
                let byte = text[index]
                if let prefix = before(byte, bytes) { append(prefix, to: &bytes) }
                if let words = replacement(byte) {
                    append(words, to: &bytes)
                } else if isNoncharacter(text, index) {
                    append("\u{FFFD}", to: &bytes)
                    index += 2
                } else {
                    bytes.append(byte)
                }
                index += 1
            }
        }
    }

    private static func append(_ words: StaticString, to bytes: inout [UInt8]) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(
                start: words.utf8Start, count: words.utf8CodeUnitCount))
    }

    /// U+FFFE and U+FFFF, three bytes each.
    private static func isNoncharacter(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        text[index] == 0xEF && text[index + 1] == 0xBF && text[index + 2] >= 0xBE
    }
}

extension UInt8 {
    /// Whether a name of XML may begin with it.
    var startsMarkupName: Bool { isASCIILetter || self == UInt8(ascii: "_") }

    var isASCIILetter: Bool {
        (0x61...0x7A).contains(self | 0x20)
    }

    fileprivate var isInMarkupName: Bool {
        startsMarkupName || (0x30...0x39).contains(self) || self == UInt8(ascii: "-")
            || self == UInt8(ascii: ".")
    }
}
