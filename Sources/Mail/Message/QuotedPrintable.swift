/// The encoding of RFC 2045 6.7, in lines that nothing on the way has a reason to change.
enum QuotedPrintable {
    /// Encodes a text whose lines end with a line feed.
    ///
    /// No line begins with a dot, so that SMTP has none to double, or with `From `, which mailbox files
    /// would change.
    static func encode(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count * 5 / 4)
        var start = 0
        while let end = text[start...].firstIndex(of: .lineFeed) {
            encode(text[start..<end], into: &output)
            output += lineEnd
            start = end + 1
        }
        encode(text[start...], into: &output)
        return output
    }

    private static let lineEnd: [UInt8] = [.carriageReturn, .lineFeed]
    private static let softLineEnd: [UInt8] = [UInt8(ascii: "="), .carriageReturn, .lineFeed]

    private static func encode(_ line: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var rest = line
        var isStart = true
        while let first = rest.first {
            // 76 characters with the `=` of a soft line break (RFC 2045 6.7 (5)).
            if !isStart { output += softLineEnd }
            isStart = false
            var room = 75
            if isRisky(rest) {
                append(escaped: first, to: &output)
                rest = rest.dropFirst()
                room -= 3
            }
            rest = encode(rest, within: room, into: &output)
        }
    }

    /// Encodes what fits into an encoded line; the very end of the line may take one more.
    private static func encode(
        _ rest: ArraySlice<UInt8>, within room: Int, into output: inout [UInt8]
    ) -> ArraySlice<UInt8> {
        var (room, rest) = (room, rest)
        while let byte = rest.first {
            let isLast = rest.count == 1
            let isPlain = isPlain(byte, isLast: isLast)
            room -= isPlain ? 1 : 3
            guard room >= (isLast ? -1 : 0) else { return rest }
            if isPlain { output.append(byte) } else { append(escaped: byte, to: &output) }
            rest = rest.dropFirst()
        }
        return rest
    }

    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        if byte == .space || byte == UInt8(ascii: "\t") { return !isLast }
        return (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
    }

    private static func append(escaped byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "="))
        output.append(digit(byte >> 4))
        output.append(digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func isRisky(_ start: ArraySlice<UInt8>) -> Bool {
        start.first == UInt8(ascii: ".") || start.starts(with: "From ".utf8)
    }
}
