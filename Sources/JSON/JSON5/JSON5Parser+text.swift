/// Strings and comments.
extension JSON5Parser {
    mutating func string() throws(JSON5SyntaxError) -> String {
        let start = cursor.position
        let quote = cursor.byte
        cursor.position += 1
        var content = ""
        var plain = cursor.position
        while let next = cursor.byte, next != quote {
            if next == UInt8(ascii: "\\") {
                content += cursor.spelling(from: plain, to: cursor.position)
                try escape().map { content.unicodeScalars.append($0) }
                plain = cursor.position
                continue
            }
            if next == 0x0A || next == 0x0D { throw cursor.fault(.openString, at: start) }
            if next < 0x20 { throw cursor.fault(.bareControl) }
            cursor.position += 1
        }
        guard cursor.byte == quote else { throw cursor.fault(.openString, at: start) }
        cursor.position += 1
        let last = cursor.spelling(from: plain, to: cursor.position - 1)
        return content.isEmpty ? last : content + last
    }

    /// Returns the scalar of an escape sequence, or nil for an escaped line break, which adds
    /// nothing.
    private mutating func escape() throws(JSON5SyntaxError) -> Unicode.Scalar? {
        let start = cursor.position
        cursor.position += 1
        guard let kind = cursor.next else { return nil }
        cursor.position += 1
        switch kind {
        case "\"", "'", "\\", "/": return kind
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "\n": return nil
        case "\r":
            if cursor.next == "\n" { cursor.position += 1 }
            return nil
        case "x":
            if let scalar = hexadecimal(digits: 2).flatMap(Unicode.Scalar.init) { return scalar }
        case "u": if let scalar = try unicodeEscape(from: start) { return scalar }
        default: break
        }
        throw cursor.fault(.badEscape, at: start)
    }

    /// Parses what follows `\u`: four digits, and for a high surrogate the escape of the low
    /// surrogate.
    private mutating func unicodeEscape(from start: Int) throws(JSON5SyntaxError) -> Unicode.Scalar?
    {
        guard let unit = hexadecimal(digits: 4) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit & 0xFC00 == 0xD800, cursor.reads("\\u") else {
            throw cursor.fault(.halfPair, at: start)
        }
        cursor.position += 2
        guard let low = hexadecimal(digits: 4), low & 0xFC00 == 0xDC00 else {
            throw cursor.fault(.halfPair, at: start)
        }
        return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
    }

    private mutating func hexadecimal(digits: Int) -> UInt32? {
        let spelling = cursor.spelling(from: cursor.position, to: cursor.position + digits)
        guard spelling.utf8.count == digits, spelling.allSatisfy(\.isHexDigit) else { return nil }
        cursor.position += digits
        return UInt32(spelling, radix: 16)
    }

    mutating func skipBlanks() throws(JSON5SyntaxError) {
        while let next = cursor.byte {
            switch next {
            case 0x09...0x0D, 0x20: cursor.position += 1
            case UInt8(ascii: "/"): try comment()
            default: return
            }
        }
    }

    private mutating func comment() throws(JSON5SyntaxError) {
        let start = cursor.position
        cursor.position += 1
        switch cursor.next {
        case "/":
            cursor.skip { $0 != "\n" && $0 != "\r" }
        case "*":
            cursor.position += 1
            while !cursor.reads("*/") {
                guard cursor.byte != nil else { throw cursor.fault(.openComment, at: start) }
                cursor.position += 1
            }
            cursor.position += 2
        default:
            throw cursor.fault(unexpected: "a comment, // or /*")
        }
    }
}
