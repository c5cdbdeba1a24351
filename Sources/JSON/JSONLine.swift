/// An object in one line, written member by member, for what is written thousands of times a
/// second.
package struct JSONLine {
    private var writer = JSONWriter()

    package init() {}

    /// - Parameter name: another one than those before, in which nothing has to be escaped.
    package mutating func add(_ name: StaticString, _ value: JSONValue) {
        writer.append(writer.bytes.isEmpty ? "{\"" : ",\"")
        writer.append(name)
        writer.append("\":")
        writer.write(value, depth: nil)
    }

    /// The whole of it, which has a member or more.
    package consuming func end() -> [UInt8] {
        writer.append("}")
        return writer.bytes
    }
}
