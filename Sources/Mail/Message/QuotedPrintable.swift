/// The encoding of RFC 2045 6.7, in lines that nothing on the way has a reason to change.
enum QuotedPrintable {
    /// Encodes a text whose lines end with a line feed.
    ///
    /// No line begins with a dot, so that SMTP has none to double, or with `From `, which mailbox files
    /// would change.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 5 / 4)
        let lines = text.utf8.split(separator: .lineFeed, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { output += "\r\n".utf8 }
            encode(line, into: &output)
        }
        return output
    }

    private static func encode(_ line: Substring.UTF8View, into output: inout [UInt8]) {
        var start = output.count
        for index in line.indices {
            let isLast = line.index(after: index) == line.endIndex
            var isEscaped = !isPlain(line[index], isLast: isLast)
            // 76 characters with the `=` of a soft line break (RFC 2045 6.7 (5)).
            if output.count - start + (isEscaped ? 3 : 1) > (isLast ? 76 : 75) {
                output += "=\r\n".utf8
                start = output.count
            }
            if output.count == start, isRisky(line[index...]) { isEscaped = true }
            append(line[index], isEscaped: isEscaped, to: &output)
        }
    }

    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        if byte == .space || byte == UInt8(ascii: "\t") { return !isLast }
        return (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
    }

    private static func append(_ byte: UInt8, isEscaped: Bool, to output: inout [UInt8]) {
        guard isEscaped else { return output.append(byte) }
        output.append(UInt8(ascii: "="))
        output += byte.hexadecimal.utf8
    }

    private static func isRisky(_ start: Substring.UTF8View) -> Bool {
        start.first == UInt8(ascii: ".") || start.starts(with: "From ".utf8)
    }
}
