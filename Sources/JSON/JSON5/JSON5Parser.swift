/// Parses JSON5 and detects duplicate keys.
///
/// The parser follows https://spec.json5.org to the extent that Foundation's decoder does. On
/// Linux, Foundation's decoder reports no position of an error, silently uses the first value of a
/// duplicate key, and is many times slower, which would delay every start of the program.
package struct JSON5Parser {
    /// A duplicate key of an object, with the line of its second occurrence.
    package struct Repetition: Hashable, Sendable {
        package let object: ValuePath
        package let key: String
        package let line: Int
    }

    var cursor: TextCursor
    private var place = ValuePath.root
    private var repetitions: [Repetition] = []

    private init(_ text: String) {
        cursor = TextCursor(text)
    }

    /// Parses the complete text. For duplicate keys, the first value is used.
    package static func parse(
        _ text: String
    ) throws(JSON5SyntaxError) -> (value: JSON5Value, repetitions: [Repetition]) {
        var parser = JSON5Parser(text)
        let value = try parser.value()
        try parser.skipBlanks()
        if let next = parser.cursor.next {
            throw parser.cursor.fault(.unexpected(next, expected: "the end of the file"))
        }
        return (value, parser.repetitions)
    }

    private mutating func value() throws(JSON5SyntaxError) -> JSON5Value {
        try skipBlanks()
        switch cursor.byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .list(try list())
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        default: return try word()
        }
    }

    private mutating func object() throws(JSON5SyntaxError) -> [String: JSON5Value] {
        try enter()
        var members: [String: JSON5Value] = [:]
        while try !closes(with: "}", expecting: "a key or '}'") {
            let start = cursor.position
            let key = try key()
            try take(":", expected: "':' after the key")
            let isNew = members[key] == nil
            if !isNew { note(key, at: start) }
            let value = try value(at: .key(key))
            if isNew { members[key] = value }
            try separate(before: "}")
        }
        return members
    }

    private mutating func note(_ key: String, at start: Int) {
        let line = cursor.lineAndColumn(at: start).line
        repetitions.append(Repetition(object: place, key: key, line: line))
    }

    private mutating func list() throws(JSON5SyntaxError) -> [JSON5Value] {
        try enter()
        var items: [JSON5Value] = []
        while try !closes(with: "]", expecting: "a value or ']'") {
            items.append(try value(at: .index(items.count)))
            try separate(before: "]")
        }
        return items
    }

    private mutating func value(at step: ValuePath.Step) throws(JSON5SyntaxError) -> JSON5Value {
        place.steps.append(step)
        defer { place.steps.removeLast() }
        return try value()
    }

    /// Limits the depth so that a text cannot exhaust the stack. A configuration has six levels.
    private mutating func enter() throws(JSON5SyntaxError) {
        guard place.steps.count < 64 else { throw cursor.fault(.tooDeep) }
        cursor.position += 1
    }

    private mutating func closes(
        with bracket: Unicode.Scalar, expecting expected: String
    ) throws(JSON5SyntaxError) -> Bool {
        try skipBlanks()
        guard let next = cursor.next else { throw cursor.fault(.ends(expected: expected)) }
        guard next == bracket else { return false }
        cursor.position += 1
        return true
    }

    /// Parses the comma after an element. It is optional before the closing bracket.
    private mutating func separate(before bracket: Unicode.Scalar) throws(JSON5SyntaxError) {
        try skipBlanks()
        if cursor.next == bracket { return }
        guard cursor.next == "," else { throw cursor.fault(unexpected: "',' or '\(bracket)'") }
        cursor.position += 1
    }

    private mutating func take(_ wanted: Unicode.Scalar, expected: String) throws(JSON5SyntaxError)
    {
        try skipBlanks()
        guard cursor.next == wanted else { throw cursor.fault(unexpected: expected) }
        cursor.position += 1
    }
}

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

/// A position in a text that moves forward and can report its line and column.
struct TextCursor {
    private let bytes: [UInt8]
    /// The offset of the next byte. It is at the start of a scalar except inside strings and
    /// comments, and may be beyond the end.
    var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var byte: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    var next: Unicode.Scalar? {
        guard let byte else { return nil }
        guard byte >= 0x80 else { return Unicode.Scalar(byte) }
        return spelling(from: position, to: position + 4).unicodeScalars.first
    }

    mutating func skip(while belongs: (Unicode.Scalar) -> Bool) {
        while let next, belongs(next) { position += UTF8.width(next) }
    }

    func reads(_ word: String) -> Bool {
        position < bytes.count && bytes[position...].starts(with: word.utf8)
    }

    /// Returns the text between two offsets, clamped to the end of the text.
    func spelling(from start: Int, to end: Int) -> String {
        String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    }

    func fault(unexpected expected: String) -> JSON5SyntaxError {
        guard let next else { return fault(.ends(expected: expected)) }
        return fault(.unexpected(next, expected: expected))
    }

    func fault(_ kind: JSON5SyntaxError.Kind, at offset: Int? = nil) -> JSON5SyntaxError {
        let (line, column) = lineAndColumn(at: offset ?? position)
        return JSON5SyntaxError(line: line, column: column, kind: kind)
    }

    /// Returns the line and column of an offset. Lines end with LF, CR or CRLF; columns count
    /// characters.
    func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for character in spelling(from: 0, to: offset) {
            let isBreak = ["\n", "\r", "\r\n"].contains(character)
            (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
        }
        return (line, column)
    }
}
