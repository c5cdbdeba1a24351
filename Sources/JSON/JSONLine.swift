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
