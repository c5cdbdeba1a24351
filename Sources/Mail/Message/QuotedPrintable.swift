import FoundationEssentials

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
            if column > 0 || !isRisky(index..<line.upperBound) {
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
        let part = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[range])
        var size = 0
        while size + 8 <= part.count {
            let word = part.loadUnaligned(fromByteOffset: size, as: UInt64.self)
            guard Self.isVisible(word) else { break }
            size += 8
        }
        while size < part.count, part[size] &- 0x20 < 0x5F, part[size] != UInt8(ascii: "=") {
            size += 1
        }
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[count...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: part[..<size]))
        count += size
        return size
    }

    /// Whether each of eight bytes is from 0x20 to 0x7E and not `=`. The high bit of a byte of
    /// `others` is set if it is not, and possibly of the bytes after one.
    private static func isVisible(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let equals = word ^ (ones &* 0x3D)
        let others = word | (word &- ones &* 0x20) | (equals &- ones) | (word &+ ones)
        return others & (ones &* 0x80) == 0
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

extension QuotedPrintable {
    /// Decodes the output of ``encode(_:)``, including its line breaks.
    static func decode(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var rest = body
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                output.append(byte)
                continue
            }
            let escaped = rest.prefix(2)
            rest = rest.dropFirst(2)
            // Otherwise it is a soft line break.
            if let value = UInt8(String(decoding: escaped, as: UTF8.self), radix: 16) {
                output.append(value)
            }
        }
        return output
    }
}

/// The two encodings of RFC 2045 that turn any content into short lines of 7-bit text.
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// Returns the encoding that makes the text shorter. If both are equal, returns
    /// quoted-printable, which people can read.
    ///
    /// - Parameter text: The text with line feeds at the ends of its lines.
    static func shorter(for text: [UInt8]) -> (encoding: TransferEncoding, body: [UInt8]) {
        let readable = QuotedPrintable.encode(text)
        // Usually it is much shorter, so the number of lines need not be counted.
        guard readable.count > encodedSize(text.count),
            readable.count > encodedSize(text.count + text.count { $0 == .lineFeed })
        else { return (.quotedPrintable, readable) }
        let lines = text.split(separator: .lineFeed, omittingEmptySubsequences: false)
        return (.base64, encode(Array(lines.joined(separator: "\r\n".utf8))))
    }

    /// Returns the base64 size of a number of bytes, including line breaks.
    private static func encodedSize(_ size: Int) -> Int {
        let letters = (size + 2) / 3 * 4
        return letters + (letters + 75) / 76 * 2
    }

    /// Encodes bytes as base64 in lines of 76 characters that end with CRLF.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return Array(Data(bytes).base64EncodedString(options: options).utf8) + Array("\r\n".utf8)
    }

    /// Decodes the base64 output of ``encode(_:)``.
    static func decode(_ body: ArraySlice<UInt8>) -> [UInt8] {
        Array(Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data())
    }
}
