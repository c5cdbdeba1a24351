extension MarkupScanner {
    /// Whether the name of a tag begins here, with a letter or a placeholder.
    var startsTagName: Bool {
        guard index < bytes.count else { return false }
        let byte = bytes[index]
        return byte.isASCIILetter
            || Placeholder.find(in: bytes, at: index) != nil
            || language == .xml && (byte >= 0x80 || byte.startsMarkupName || byte == 0x3A)
    }

    /// Scans a start tag, beginning with its name.
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

    /// Scans an end tag. In HTML, it can have attributes, which are ignored.
    mutating func scanEndTag() {
        followsValue = false
        index += 2
        // Without a name, it is a comment in HTML and invalid in XML.
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

    /// Scans the name of a tag. Returns nil if it contains placeholders.
    private mutating func scanTagName() -> String? {
        let start = index
        return scanName(endedBy: { _ in false }) ? nil : text(start..<index)
    }

    /// Scans a name up to a space, `/` or `>`. Returns whether it contains placeholders.
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
        // A leading equals sign is part of the name.
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

    /// Scans an unquoted value. If it contains placeholders, quotes are added, because an empty
    /// value or one with a space would change the tag.
    private mutating func scanUnquotedValue() {
        endLiteral()
        let start = tokens.count
        while index < bytes.count, !bytes[index].isMarkupSpace, bytes[index] != UInt8(ascii: ">") {
            if !takePlaceholder(.attribute) { index += 1 }
        }
        endLiteral()
        // Copy the slice. Otherwise, the replacement below would copy all tokens.
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
