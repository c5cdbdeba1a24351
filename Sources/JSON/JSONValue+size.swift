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
