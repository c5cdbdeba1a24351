import JSON

extension UnsafeRawBufferPointer {
    /// Whether the bytes are one JSON object with nothing but spaces around it. Only strings and
    /// brackets are checked.
    var isWholeObject: Bool {
        let hasMark = starts(with: [0xEF, 0xBB, 0xBF])
        let text = self[(hasMark ? 3 : 0)...].drop { $0.isJSONSpace }
        guard text.first == UInt8(ascii: "{") else { return false }
        guard let end = Self.endOfObject(text) else { return false }
        return text[end...].allSatisfy { $0.isJSONSpace }
    }

    /// Returns the index after the bracket that closes the first one, or `nil` if none does.
    private static func endOfObject(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in zip(text.indices, text) {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    isInString = byte != UInt8(ascii: "\"")
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: continue
            }
            if depth == 0, !isInString { return index + 1 }
        }
        return nil
    }
}
