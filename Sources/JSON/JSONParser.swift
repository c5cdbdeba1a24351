/// Parses JSON strictly as defined by https://www.rfc-editor.org/rfc/rfc8259.
///
/// Unlike Foundation's decoder, it preserves the order of members and the digits of numbers,
/// detects duplicate names, and reports the position of errors.
struct JSONParser {
    private let bytes: [UInt8]
    private let rules: JSONRules
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8], _ rules: JSONRules) {
        self.bytes = bytes
        self.rules = rules
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw failure(.notUTF8) }
        // A byte order mark may be ignored: section 8.1.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw failure(.expected("the end of the text")) }
        return value
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        guard let next else { throw failure(.expected("a value")) }
        switch next {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where take("true"): return .boolean(true)
        case UInt8(ascii: "f") where take("false"): return .boolean(false)
        case UInt8(ascii: "n") where take("null"): return .null
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
        default: throw failure(.expected("a value"))
        }
    }

    private mutating func enter() throws(JSONSyntaxError) {
        guard depth < rules.depthLimit else { throw failure(.tooDeep(limit: rules.depthLimit)) }
        depth += 1
        index += 1
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if closes("}") { return object }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure(.expected("a name in quotes")) }
            let start = index
            let name = try string()
            let isNew = !object.hasMember(name)
            guard isNew || rules.allowsRepeatedNames else {
                throw failure(.repeatedName(name), at: start)
            }
            skipSpace()
            guard take(":") else { throw failure(.expected("':' after the name")) }
            let value = try value()
            if isNew { object.append(name, value) } else { object[name] = value }
        } while try continues(before: "}")
        return object
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var items: [JSONValue] = []
        if closes("]") { return items }
        repeat { items.append(try value()) } while try continues(before: "]")
        return items
    }

    private mutating func closes(_ bracket: StaticString) -> Bool {
        skipSpace()
        return take(bracket)
    }

    private mutating func continues(before bracket: StaticString) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        if take(",") { return true }
        guard take(bracket) else { throw failure(.expected("',' or '\(bracket)'")) }
        return false
    }
}

// MARK: - Words

extension JSONParser {
    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = index
        _ = take("-")
        // A digit after a leading zero is not part of the number.
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return JSONNumber(spelling: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = index
        while let next, (0x30...0x39).contains(next) { index += 1 }
        guard index > start else { throw failure(.expected("a digit")) }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        index += 1
        let start = index
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
        {
            index += 1
        }
        // Most strings contain no escapes.
        if next == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        var content = Array(bytes[start..<index])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure(.bareControl) }
            if byte == UInt8(ascii: "\\") {
                content += String(try escape()).utf8
            } else {
                content.append(byte)
                index += 1
            }
        }
        guard take("\"") else { throw failure(.expected("'\"' at the end of the string")) }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func escape() throws(JSONSyntaxError) -> Character {
        let start = index
        index += 1
        let kind = next
        index += 1
        switch kind {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): if let scalar = unicodeEscape() { return Character(scalar) }
        default: break
        }
        throw failure(.badEscape, at: start)
    }

    /// Parses what follows `\u`. Returns nil if it is not four hexadecimal digits.
    ///
    /// An unpaired surrogate is valid JSON (section 8.2). JavaScript produces one when it splits a
    /// string inside an emoji. It cannot be part of a Unicode string, so it becomes the replacement
    /// character, as when JavaScript encodes such a string as UTF-8.
    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let unit = hexadecimal() else { return nil }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let afterHalf = index
        if unit & 0xFC00 == 0xD800, take("\\u"), let low = hexadecimal(), low & 0xFC00 == 0xDC00 {
            return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
        }
        index = afterHalf
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() -> UInt32? {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
        index += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

// MARK: - Bytes

extension JSONParser {
    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let next, next.isJSONSpace { index += 1 }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard bytes[index...].starts(with: word) else { return false }
            index += word.count
            return true
        }
    }

    private func failure(
        _ problem: JSONSyntaxError.Problem, at place: Int? = nil
    ) -> JSONSyntaxError {
        let before = bytes.prefix(place ?? index)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONSyntaxError(
            problem: problem, line: before.count { $0 == 0x0A } + 1,
            column: before.count - lineStart + 1)
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}

extension UInt8 {
    /// The whitespace of JSON (RFC 8259, section 2).
    @inlinable
    package var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}

/// How strictly JSON is parsed.
package struct JSONRules: Sendable {
    /// Whether an object may repeat a name. As in most parsers, the last value is then used.
    let allowsRepeatedNames: Bool
    /// The maximum nesting depth of arrays and objects.
    let depthLimit: Int

    /// For input that is written for this program. A duplicate name is reported as an error.
    package static let strict = JSONRules(allowsRepeatedNames: false, depthLimit: 64)
    /// For input that other programs produce for general use.
    package static let lenient = JSONRules(allowsRepeatedNames: true, depthLimit: 512)
}

extension JSONValue {
    /// Parses a text that consists of one JSON value. It may begin with a byte order mark.
    package init(
        parsing bytes: [UInt8], _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes, rules)
        self = try parser.document()
    }

    package init(
        parsing text: String, _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), rules)
    }
}
