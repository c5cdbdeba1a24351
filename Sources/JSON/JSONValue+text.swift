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

extension JSONValue {
    /// The number of bytes of ``compactBytes``.
    package var compactCount: Int {
        switch self {
        case .null: 4
        case .boolean(let value): value ? 4 : 5
        case .number(let number): number.text.utf8.count
        case .string(let text): Self.quotedCount(text)
        case .array(let items): items.reduce(2 + max(0, items.count - 1)) { $0 + $1.compactCount }
        case .object(let object):
            object.members.reduce(2 + max(0, object.members.count - 1)) {
                $0 + Self.quotedCount($1.name) + 1 + $1.value.compactCount
            }
        }
    }

    /// Returns the number of bytes that ``JSONWriter`` writes.
    private static func quotedCount(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            bytes.indices.reduce(2) { $0 + count(bytes, $1) }
        }
    }

    private static func count(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        switch text[index] {
        case 0x22, 0x5C, 0x0A, 0x0D, 0x09: 2
        case 0x00..<0x20, 0x7F: 6
        // The first of two bytes that are written as six.
        case 0xC2 where text[index + 1] < 0xA0: 5
        default: 1
        }
    }
}
