extension MarkupScanner {
    /// Whether the name of a tag begins here, with a letter or with a value.
    var startsTagName: Bool {
        guard index < bytes.count else { return false }
        let byte = bytes[index]
        return byte.isASCIILetter
            || Placeholder.find(in: bytes, at: index) != nil
            || language == .xml && (byte >= 0x80 || byte.startsMarkupName || byte == 0x3A)
    }

    /// Scans a start tag from its name on.
    mutating func scanStartTag() {
        let name = scanTagName()
        var isEmpty = false
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            isEmpty = bytes[index] == UInt8(ascii: "/")
            if isEmpty || bytes[index].isMarkupSpace { index += 1 } else { scanAttribute() }
        }
        index = min(bytes.count, index + 1)
        guard let name, !isEmpty else { return }
        if language == .html {
            if HTMLElements.void.contains(name.lowercased()) { return }
            if takeRawText(of: name, from: index) { return }
        }
        tokens.append(.start(name: name))
    }

    /// Scans an end tag; HTML takes attributes in one, and passes over them.
    mutating func scanEndTag() {
        followsValue = false
        index += 2
        // Without a name it is a comment to HTML, and nothing to XML.
        guard startsTagName else { return language == .html ? skip(behind: ">") : () }
        let name = scanTagName()
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            let byte = bytes[index]
            if byte == UInt8(ascii: "/") || byte.isMarkupSpace {
                index += 1
            } else if language == .html {
                scanAttribute()
            } else {
                return
            }
        }
        index = min(bytes.count, index + 1)
        if let name { tokens.append(.end(name: name)) }
    }

    /// The name of a tag; nil when values are a part of it.
    private mutating func scanTagName() -> String? {
        let start = index
        return scanName(endedBy: { _ in false }) ? nil : text(start..<index)
    }

    /// Scans a name up to a blank, `/` or `>`, and says whether values are a part of it.
    private mutating func scanName(endedBy ends: (UInt8) -> Bool) -> Bool {
        let start = index
        var hasValue = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isMarkupSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
                || ends(byte)
            {
                break
            }
            let isFirst = index == start || bytes[index - 1] == UInt8(ascii: ":")
            if takePlaceholder(.markupName(isFirst: isFirst)) {
                hasValue = true
            } else {
                index += 1
            }
        }
        return hasValue
    }

    // MARK: Attributes

    private mutating func scanAttribute() {
        // An equals sign at the start is a part of the name.
        if bytes[index] == UInt8(ascii: "=") { index += 1 }
        if scanName(endedBy: { $0 == UInt8(ascii: "=") }) { namesAttributes = true }
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return }
        index += 1
        skipSpace()
        guard index < bytes.count else { return }
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): scanQuotedValue(bytes[index])
        case UInt8(ascii: ">"): return
        default: scanUnquotedValue()
        }
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index].isMarkupSpace { index += 1 }
    }

    private mutating func scanQuotedValue(_ quote: UInt8) {
        index += 1
        while index < bytes.count, bytes[index] != quote {
            if !takePlaceholder(.attribute) { index += 1 }
        }
        index = min(bytes.count, index + 1)
    }

    /// Scans a value without quotes, and gives it quotes when it has placeholders: an empty value,
    /// or one with a blank, would change the tag.
    private mutating func scanUnquotedValue() {
        endLiteral()
        let start = tokens.count
        while index < bytes.count, !bytes[index].isMarkupSpace, bytes[index] != UInt8(ascii: ">") {
            if !takePlaceholder(.attribute) { index += 1 }
        }
        endLiteral()
        // A copy, for a slice would make the change below copy all tokens.
        let value = Array(tokens[start...])
        guard value.contains(where: \.isPlaceholder) else { return }
        let quoted = value.map { token in
            guard case .literal(let text) = token else { return token }
            return .literal(text.replacing("\"", with: "&quot;"))
        }
        tokens.replaceSubrange(start..., with: [.literal("\"")] + quoted + [.literal("\"")])
    }
}

extension MarkupToken {
    fileprivate var isPlaceholder: Bool {
        if case .placeholder = self { return true }
        return false
    }
}

extension UInt8 {
    var isMarkupSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) && self != 0x0B }
}
