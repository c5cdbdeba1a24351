/// An object in one line, written member by member, for what is written thousands of times a
/// second.
///
/// The name of each member is another one than those before, in which nothing has to be escaped.
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

    /// Null when there is no number.
    package mutating func add(_ name: StaticString, _ number: Int?) {
        begin(name)
        if let number { writer.write(number) } else { writer.append("null") }
    }

    /// A figure, rounded to six digits after the point.
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

    /// The whole of it, which has a member or more.
    package consuming func end() -> [UInt8] {
        writer.append("}")
        return writer.bytes
    }
}
