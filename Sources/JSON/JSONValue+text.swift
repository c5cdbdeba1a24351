extension JSONValue {
    /// Returns the document in several lines, indented by two spaces. See
    /// https://www.rfc-editor.org/rfc/rfc8259.
    package func text() -> String {
        var writer = JSONWriter(capacity: 4096)
        writer.write(self, depth: 0)
        return writer.text
    }

    /// The document in one line without spaces.
    package var compact: String {
        var writer = JSONWriter()
        writer.write(self, depth: nil)
        return writer.text
    }

    /// The document in one line without spaces, as UTF-8.
    package var compactBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self, depth: nil)
        return writer.bytes
    }

    /// Returns a string as a JSON string with quotes.
    package static func quoted(_ string: String) -> String {
        var writer = JSONWriter(capacity: string.utf8.count + 2)
        writer.quote(string)
        return writer.text
    }

    /// Appends the contents of a JSON string without quotes.
    package static func escape(_ string: String, in bytes: inout [UInt8]) {
        var writer = JSONWriter(capacity: 0)
        swap(&writer.bytes, &bytes)
        writer.escape(string)
        swap(&writer.bytes, &bytes)
    }
}
