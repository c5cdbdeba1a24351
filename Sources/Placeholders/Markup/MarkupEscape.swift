/// Escapes values for XML and HTML so that a parser returns the original value.
///
/// Characters that are not allowed in XML 1.0 (https://www.w3.org/TR/xml/#charsets) become U+FFFD.
enum MarkupEscape {
    static func writeText(_ value: String, to bytes: inout [UInt8]) {
        write(value, to: &bytes) { byte in
            switch byte {
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"): nil
            default: escape(byte)
            }
        }
    }

    /// Parsers replace unescaped tabs and line breaks in attributes by spaces
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

    /// A CDATA section ends at its first `]]>`, so it is split there and continues in another
    /// section.
    ///
    /// The literal text around the value may contain a part of `]]>`. This is why the previous
    /// output is checked, and why the section is split after a trailing `]`.
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

    /// Writes a value as a part of a name. Everything except ASCII letters, digits, hyphens and
    /// dots becomes an underscore. If the name does not begin with a letter, one is added.
    static func writeName(_ value: String, _ isFirst: Bool, to bytes: inout [UInt8]) {
        let underscore = UInt8(ascii: "_")
        if isFirst, value.utf8.first?.isASCIILetter != true { bytes.append(UInt8(ascii: "x")) }
        for scalar in value.unicodeScalars {
            let byte = UInt8(exactly: scalar.value) ?? underscore
            bytes.append(byte.isInMarkupName ? byte : underscore)
        }
    }

    // MARK: Bytes

    /// Copies a value and replaces some of its bytes.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - bytes: The output.
    ///   - replacement: Returns the replacement for a byte, or nil to keep it.
    ///   - before: Returns what to insert before a byte, given the output so far.
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

    /// Whether U+FFFE or U+FFFF begins here. Both have three bytes.
    private static func isNoncharacter(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        text[index] == 0xEF && text[index + 1] == 0xBF && text[index + 2] >= 0xBE
    }
}

extension UInt8 {
    /// Whether a name in XML can begin with the byte.
    var startsMarkupName: Bool { isASCIILetter || self == UInt8(ascii: "_") }

    var isASCIILetter: Bool {
        (0x61...0x7A).contains(self | 0x20)
    }

    fileprivate var isInMarkupName: Bool {
        startsMarkupName || (0x30...0x39).contains(self) || self == UInt8(ascii: "-")
            || self == UInt8(ascii: ".")
    }
}
