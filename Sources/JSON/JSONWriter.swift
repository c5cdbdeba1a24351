/// Writes JSON as bytes, which is several times as fast as concatenating strings.
struct JSONWriter {
    var bytes: [UInt8] = []

    /// Creates a writer.
    ///
    /// - Parameter capacity: The expected number of bytes.
    init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// The output as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - depth: The nesting depth of the value, which determines its indentation. Nil writes
    ///     the value on one line without spaces.
    mutating func write(_ value: JSONValue, depth: Int?) {
        switch value {
        case .null: append("null")
        case .boolean(let value): append(value ? "true" : "false")
        case .number(let number): bytes += number.text.utf8
        case .string(let string): quote(string)
        case .array(let items):
            list(items, "[", "]", depth) { $0.write($1, depth: $2) }
        case .object(let object):
            list(object.members, "{", "}", depth) { writer, member, depth in
                writer.quote(member.name)
                writer.append(depth == nil ? ":" : ": ")
                writer.write(member.value, depth: depth)
            }
        }
    }

    private mutating func list<Item>(
        _ items: [Item], _ open: StaticString, _ close: StaticString, _ depth: Int?,
        _ write: (inout JSONWriter, Item, Int?) -> Void
    ) {
        append(open)
        let inner = depth.map { $0 + 1 }
        for (index, item) in items.enumerated() {
            if index > 0 { append(",") }
            startLine(inner)
            write(&self, item, inner)
        }
        if !items.isEmpty { startLine(depth) }
        append(close)
    }

    private mutating func startLine(_ depth: Int?) {
        guard let depth else { return }
        append("\n")
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

// MARK: - Strings

extension JSONWriter {
    /// Writes a string as a JSON string with quotes.
    mutating func quote(_ string: String) {
        var string = string
        string.withUTF8 { quote($0) }
    }

    mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        escape(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the contents of a JSON string without quotes.
    mutating func escape(_ string: String) {
        var string = string
        string.withUTF8 { escape($0) }
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        // Almost all strings need no escapes.
        let isPlain = text.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        if isPlain { return bytes.append(contentsOf: text) }
        var start = 0
        for index in text.indices where Self.isSpecial(text, index) {
            bytes.append(contentsOf: text[start..<index])
            start = escape(text, at: index)
        }
        bytes.append(contentsOf: text[start...])
    }

    /// Whether a character that must be escaped begins at the index.
    private static func isSpecial(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        switch text[index] {
        case 0x00..<0x20, 0x22, 0x5C, 0x7F: true
        // JSON allows C1 and DEL, but the text may also be shown in a terminal.
        case 0xC2: text[index + 1] < 0xA0
        default: false
        }
    }

    /// Writes an escaped character.
    ///
    /// - Returns: The index after the character.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        switch text[index] {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0xC2:
            escapeNumber(text[index + 1])
            return index + 2
        default: escapeNumber(text[index])
        }
        return index + 1
    }

    private mutating func escapeNumber(_ scalar: UInt8) {
        append("\\u00")
        for digit in [scalar >> 4, scalar & 0xF] {
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

extension JSONWriter {
    mutating func write(_ number: Int) {
        if number < 0 { append("-") }
        writeDigits(number.magnitude, atLeast: 1)
    }

    /// Writes the text of ``JSONNumber/init(rounding:)``.
    mutating func write(rounding number: Double) {
        let millionths = (number * 1_000_000).rounded()
        // A number of up to 15 digits is its own shortest spelling. Numbers below 0.0001 have an
        // exponent.
        guard (100..<1e15).contains(millionths) else {
            bytes += JSONNumber(rounding: number).text.utf8
            return
        }
        let (whole, fraction) = UInt(millionths).quotientAndRemainder(dividingBy: 1_000_000)
        writeDigits(whole, atLeast: 1)
        guard fraction > 0 else { return }
        append(".")
        writeDigits(fraction, atLeast: 6)
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    }

    /// Writes a number.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - count: The minimum number of digits. The number is padded with zeros.
    private mutating func writeDigits(_ number: UInt, atLeast count: Int) {
        // No number has more digits. The last digit is produced first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (start, rest) = (digits.count, number)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0 || digits.count - start < count
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}

/// Writes an object on one line, member by member. For data that is written thousands of times per
/// second.
///
/// Member names must be distinct and must not require escaping.
///
///     var line = JSONLine()
///     line.add("company", "A")
///     line.add("status", 200)
///     let bytes = line.end()  // {"company":"A","status":200}
package struct JSONLine {
    private var writer = JSONWriter()

    package init() {}

    package mutating func add(_ name: StaticString, _ text: String) {
        begin(name)
        writer.quote(text)
    }

    package mutating func add(_ name: StaticString, _ text: Substring) {
        begin(name)
        var text = text
        text.withUTF8 { writer.quote($0) }
    }

    /// Adds a number, or null.
    package mutating func add(_ name: StaticString, _ number: Int?) {
        begin(name)
        if let number { writer.write(number) } else { writer.append("null") }
    }

    /// Adds a number, rounded to six decimal places.
    package mutating func add(_ name: StaticString, rounding number: Double) {
        begin(name)
        writer.write(rounding: number)
    }

    private mutating func begin(_ name: StaticString) {
        writer.bytes.append(UInt8(ascii: writer.bytes.isEmpty ? "{" : ","))
        writer.bytes.append(UInt8(ascii: "\""))
        writer.append(name)
        writer.bytes.append(UInt8(ascii: "\""))
        writer.bytes.append(UInt8(ascii: ":"))
    }

    /// Returns the complete object. It must have at least one member.
    package consuming func end() -> [UInt8] {
        writer.append("}")
        return writer.bytes
    }
}
