/// Strings and comments: what a bracket inside them does not count in.
extension JSON5Scanner {
    mutating func string() throws(SyntaxFault) {
        let start = cursor.position
        let quote = cursor.next
        cursor.position += 1
        while let next = cursor.next, next != quote {
            if next == "\n" || next == "\r" { throw cursor.fault(.openString, at: start) }
            if next.value < 0x20 { throw cursor.fault(.bareControl) }
            if next == "\\" { try escape() } else { cursor.position += 1 }
        }
        guard cursor.next == quote else { throw cursor.fault(.openString, at: start) }
        cursor.position += 1
    }

    private mutating func escape() throws(SyntaxFault) {
        let start = cursor.position
        cursor.position += 1
        guard let kind = cursor.next else { return }
        cursor.position += 1
        switch kind {
        case "\"", "'", "\\", "/", "b", "f", "n", "r", "t", "\n": return
        case "\r": if cursor.next == "\n" { cursor.position += 1 }
        case "x": if hexadecimal(digits: 2) == nil { throw cursor.fault(.badEscape, at: start) }
        case "u": if !unicodeEscape() { throw cursor.fault(.badEscape, at: start) }
        default: throw cursor.fault(.badEscape, at: start)
        }
    }

    /// What follows `\u`: four digits, and for half a surrogate pair the other half.
    private mutating func unicodeEscape() -> Bool {
        guard let unit = hexadecimal(digits: 4) else { return false }
        guard unit & 0xF800 == 0xD800 else { return true }
        guard unit < 0xDC00, cursor.reads("\\u") else { return false }
        cursor.position += 2
        guard let low = hexadecimal(digits: 4) else { return false }
        return low & 0xFC00 == 0xDC00
    }

    private mutating func hexadecimal(digits: Int) -> UInt32? {
        let spelling = cursor.spelling(from: cursor.position, to: cursor.position + digits)
        guard spelling.utf8.count == digits, spelling.allSatisfy(\.isHexDigit) else { return nil }
        cursor.position += digits
        return UInt32(spelling, radix: 16)
    }

    mutating func skipBlanks() throws(SyntaxFault) {
        while let next = cursor.next {
            switch next {
            case "\t", "\n", "\u{B}", "\u{C}", "\r", " ": cursor.position += 1
            case "/": try comment()
            default: return
            }
        }
    }

    private mutating func comment() throws(SyntaxFault) {
        let start = cursor.position
        cursor.position += 1
        switch cursor.next {
        case "/":
            cursor.skip { $0 != "\n" && $0 != "\r" }
        case "*":
            cursor.position += 1
            while !cursor.reads("*/") {
                guard cursor.next != nil else { throw cursor.fault(.openComment, at: start) }
                cursor.position += 1
            }
            cursor.position += 2
        default:
            throw cursor.fault(unexpected: "a comment, // or /*")
        }
    }
}
