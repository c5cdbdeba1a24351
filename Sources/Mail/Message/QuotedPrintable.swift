/// The quoted-printable encoding (RFC 2045 section 6.7), in lines that no mail server has a reason
/// to change.
struct QuotedPrintable {
    private let text: UnsafeBufferPointer<UInt8>
    private let output: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    /// Encodes a text whose lines end with a line feed.
    ///
    /// No line begins with a dot, which SMTP would double, or with `From `, which mailbox files
    /// would change.
    static func encode(_ text: [UInt8]) -> [UInt8] {
        // Each byte takes at most three bytes, plus a soft line break for every 24 bytes.
        [UInt8](unsafeUninitializedCapacity: text.count * 4 + 3) { output, count in
            text.withUnsafeBufferPointer { text in
                var encoder = QuotedPrintable(text: text, output: output)
                encoder.encodeLines()
                count = encoder.count
            }
        }
    }

    private init(
        text: UnsafeBufferPointer<UInt8>, output: UnsafeMutableBufferPointer<UInt8>
    ) {
        self.text = text
        self.output = output
    }

    private mutating func encodeLines() {
        var start = 0
        while let end = text.offset(of: .lineFeed, from: start) {
            encodeLine(start..<end)
            append(.carriageReturn)
            append(.lineFeed)
            start = end + 1
        }
        encodeLine(start..<text.count)
    }

    private mutating func encodeLine(_ line: Range<Int>) {
        var column = 0
        var index = line.lowerBound
        while index < line.upperBound {
            if column > 0 {
                let copied = copyPlain(index..<min(index + 75 - column, line.upperBound - 1))
                (index, column) = (index + copied, column + copied)
            }
            let isLast = index + 1 == line.upperBound
            var isPlain = Self.isPlain(text[index], isLast: isLast)
            // 76 characters, including the `=` of a soft line break (RFC 2045 section 6.7 (5)).
            if column + (isPlain ? 1 : 3) > (isLast ? 76 : 75) {
                append(UInt8(ascii: "="))
                append(.carriageReturn)
                append(.lineFeed)
                column = 0
            }
            if column == 0, isRisky(index..<line.upperBound) { isPlain = false }
            column += isPlain ? 1 : 3
            if isPlain { append(text[index]) } else { append(escaped: text[index]) }
            index += 1
        }
    }

    /// Copies the leading visible bytes and spaces, excluding the last byte of a line. Returns
    /// their number.
    private mutating func copyPlain(_ range: Range<Int>) -> Int {
        var copied = 0
        while copied < range.count {
            let byte = text[range.lowerBound + copied]
            guard byte &- 0x20 < 0x5F, byte != UInt8(ascii: "=") else { break }
            output[count + copied] = byte
            copied += 1
        }
        count += copied
        return copied
    }

    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        if byte == .space || byte == UInt8(ascii: "\t") { return !isLast }
        return (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
    }

    private func isRisky(_ start: Range<Int>) -> Bool {
        text[start.lowerBound] == UInt8(ascii: ".") || text[start].starts(with: "From ".utf8)
    }

    private mutating func append(_ byte: UInt8) {
        output[count] = byte
        count += 1
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "="))
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
