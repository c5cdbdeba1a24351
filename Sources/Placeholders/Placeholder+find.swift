extension Placeholder {
    /// Returns the placeholder that begins at an index: `<name>`, `{{name}}`, and optionally
    /// `{name}`.
    ///
    /// Names consist of letters, digits, `_`, `-` and an index such as `[0]`. Dots refer to nested
    /// values. A name has at most ``nameLimit`` bytes. Other text in brackets is not a placeholder.
    ///
    /// - Returns: nil if no placeholder begins here.
    static func find(
        in bytes: [UInt8], at index: Int, takesSingleBraces: Bool = false
    ) -> (found: Placeholder, end: Int)? {
        switch bytes[index] {
        case UInt8(ascii: "<"): return find(in: bytes, from: index, opened: 1, by: ">")
        case UInt8(ascii: "{"):
            if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{") {
                return find(in: bytes, from: index, opened: 2, by: "}}")
            }
            return takesSingleBraces ? find(in: bytes, from: index, opened: 1, by: "}") : nil
        default: return nil
        }
    }

    /// The maximum length of a name in bytes. No variable has a longer name.
    package static let nameLimit = 200

    /// As in Mustache, spaces are allowed around names in double braces.
    private static func find(
        in bytes: [UInt8], from start: Int, opened brackets: Int, by close: StaticString
    ) -> (found: Placeholder, end: Int)? {
        var first = start + brackets
        while brackets == 2, first < bytes.count, bytes[first] == 0x20 { first += 1 }
        var last = first
        while last < bytes.count, bytes[last].isPlaceholderNameByte { last += 1 }
        var end = last
        while brackets == 2, end < bytes.count, bytes[end] == 0x20 { end += 1 }
        let isClosed = close.withUTF8Buffer { bytes[end...].starts(with: $0) }
        guard isClosed, last - first <= nameLimit else { return nil }
        let name = String(decoding: bytes[first..<last], as: UTF8.self)
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(\.isNamePart) else { return nil }
        end += close.utf8CodeUnitCount
        let spelling = String(decoding: bytes[start..<end], as: UTF8.self)
        return (Placeholder(name: name, spelling: spelling), end)
    }
}

extension UInt8 {
    var isPlaceholderNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

extension Substring {
    /// Whether the text has the form `name`, `0` or `parts[n]`.
    fileprivate var isNamePart: Bool {
        guard let first = utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "[") else {
            return false
        }
        guard let bracket = utf8.firstIndex(of: UInt8(ascii: "[")) else {
            return !utf8.contains(UInt8(ascii: "]"))
        }
        let index = utf8[utf8.index(after: bracket)...]
        return index.last == UInt8(ascii: "]") && index.count > 1
            && !index.dropLast().contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
    }
}
