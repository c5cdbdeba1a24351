/// Splits XML or HTML into literal text, placeholders and tags.
///
/// Placeholders are replaced in the text between tags, in attribute values, in CDATA sections and
/// in the names of tags, each with the appropriate escaping. Comments, processing instructions and
/// declarations are not changed. Each byte is read once, so the running time is linear.
struct MarkupScanner {
    let language: MarkupLanguage
    let bytes: [UInt8]
    /// The index of the next byte.
    var index = 0
    var tokens: [MarkupToken] = []
    /// Whether the name of an attribute contains a placeholder.
    var namesAttributes = false
    /// Whether only placeholders and `]` have occurred since the last other text.
    var followsValue = false
    /// Raw text elements in HTML that have no end tag in the remaining text.
    var unclosed: Set<String> = []
    private var literalStart = 0

    init(_ text: String, _ language: MarkupLanguage) {
        self.language = language
        bytes = Array(text.utf8)
    }

    /// Scans the text and decides which `<name>` are tags.
    mutating func scan() {
        while index < bytes.count { scanText() }
        endLiteral()
        tokens = MarkupTags.resolve(tokens, language)
    }

    private mutating func scanText() {
        switch bytes[index] {
        case UInt8(ascii: "<"): scanMarkup()
        case UInt8(ascii: "{"): if !takePlaceholder(.markup) { skipText() }
        case UInt8(ascii: ">") where followsValue:
            // With an empty value after `]]`, this would produce `]]>`, which XML does not allow in
            // text.
            put("&gt;", insteadOf: 1)
        default: skipText()
        }
    }

    private mutating func skipText() {
        if bytes[index] != UInt8(ascii: "]") { followsValue = false }
        index += 1
    }

    private mutating func scanMarkup() {
        if startsHere("<!") || startsHere("<?") { return scanSection() }
        if startsHere("</") { return scanEndTag() }
        if takeRawText() || takeTagOrPlaceholder(.markup) { return }
        index += 1
        followsValue = false
        if startsTagName { scanStartTag() }
    }

    // MARK: Literal text

    /// Adds a token for the text that was skipped.
    mutating func endLiteral() {
        if literalStart < index { tokens.append(.literal(text(literalStart..<index))) }
        literalStart = index
    }

    /// Replaces the next bytes by a text.
    mutating func put(_ text: String, insteadOf count: Int) {
        endLiteral()
        tokens.append(.literal(text))
        index += count
        literalStart = index
        followsValue = false
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether the remaining text begins with these characters.
    func startsHere(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            bytes.count - index >= text.count
                && text.indices.allSatisfy { bytes[index + $0] == text[$0] }
        }
    }

    /// Moves behind the next occurrence of a text, or to the end if there is none.
    mutating func skip(behind text: StaticString) {
        while index < bytes.count, !startsHere(text) { index += 1 }
        index = min(bytes.count, index + text.utf8CodeUnitCount)
    }

    // MARK: Placeholders

    /// Scans the placeholder that begins here, if there is one.
    mutating func takePlaceholder(_ escaping: Escaping) -> Bool {
        guard let (found, end) = Placeholder.find(in: bytes, at: index) else { return false }
        take(.placeholder(found, escaping), upTo: end)
        return true
    }

    /// Scans the `<name>` that begins here, if there is one.
    mutating func takeTagOrPlaceholder(_ escaping: Escaping) -> Bool {
        guard let (found, end) = Placeholder.find(in: bytes, at: index) else { return false }
        take(
            canBeTag(found.name)
                ? .tagOrPlaceholder(found, escaping) : .placeholder(found, escaping), upTo: end)
        return true
    }

    private mutating func take(_ token: MarkupToken, upTo end: Int) {
        endLiteral()
        tokens.append(token)
        (index, literalStart) = (end, end)
        followsValue = true
    }

    /// Scans the raw text element whose start tag without attributes begins here.
    private mutating func takeRawText() -> Bool {
        guard language == .html, let (found, end) = Placeholder.find(in: bytes, at: index) else {
            return false
        }
        return takeRawText(of: found.name, from: end)
    }

    private func canBeTag(_ name: String) -> Bool {
        guard let first = name.utf8.first, !name.utf8.contains(UInt8(ascii: "[")) else {
            return false
        }
        return language == .html ? first.isASCIILetter : first.startsMarkupName
    }
}

/// The parts of a text without tags: comments, CDATA sections, raw text and declarations.
extension MarkupScanner {
    /// Scans a section that begins with `<!` or `<?`.
    mutating func scanSection() {
        followsValue = false
        if startsHere("<!--") {
            skipComment()
        } else if language == .html {
            // In HTML, everything else that begins like this is a comment.
            skip(behind: ">")
        } else if startsHere("<![CDATA[") {
            scanCDATA()
        } else if startsHere("<?") {
            skip(behind: "?>")
        } else {
            skipDeclaration()
        }
    }

    private mutating func skipComment() {
        guard language == .html else {
            index += "<!--".utf8.count
            return skip(behind: "-->")
        }
        // `<!-->` and `<!--->` are complete comments, and `--!>` also ends a comment.
        index += "<!".utf8.count
        while index < bytes.count, !startsHere("-->"), !startsHere("--!>") { index += 1 }
        skip(behind: ">")
    }

    /// Skips a document type declaration, including its internal subset.
    private mutating func skipDeclaration() {
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            if startsHere("<!--") {
                skip(behind: "-->")
            } else if startsHere("<?") {
                skip(behind: "?>")
            } else {
                index += 1
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    while index < bytes.count, bytes[index] != byte { index += 1 }
                    index = min(bytes.count, index + 1)
                case UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "]"): depth -= 1
                case UInt8(ascii: ">") where depth <= 0: return
                default: break
                }
            }
        }
    }

    // MARK: Text without tags

    /// Scans a section in which tags are text. They are distinguished from placeholders separately.
    private mutating func scanCDATA() {
        index += "<![CDATA[".utf8.count
        scanPlainText(.cdata) { $0.startsHere("]]>") }
        skip(behind: "]]>")
    }

    /// Scans the text of an HTML element that contains no tags, such as a script.
    ///
    /// - Parameters:
    ///   - name: The name of the element.
    ///   - start: Where the text begins.
    /// - Returns: False if it is not such an element or has no end tag.
    mutating func takeRawText(of name: String, from start: Int) -> Bool {
        let name = name.lowercased()
        guard language == .html, HTMLElements.raw.contains(name), !unclosed.contains(name) else {
            return false
        }
        let end = Array("</\(name)".utf8)
        guard let stop = place(of: end, from: start) else {
            // Later start tags have no end tag either.
            unclosed.insert(name)
            return false
        }
        index = start
        scanPlainText(.markup) { $0.index >= stop }
        return true
    }

    /// Returns the index of a lowercase text, ignoring case.
    private func place(of text: [UInt8], from start: Int) -> Int? {
        (start..<max(start, bytes.count - text.count + 1)).first { place in
            text.indices.allSatisfy { offset in
                let byte = bytes[place + offset]
                return (byte.isASCIILetter ? byte | 0x20 : byte) == text[offset]
            }
        }
    }

    /// Finds placeholders in a text without tags.
    private mutating func scanPlainText(_ escaping: Escaping, _ isOver: (MarkupScanner) -> Bool) {
        endLiteral()
        let start = tokens.count
        while index < bytes.count, !isOver(self) {
            switch bytes[index] {
            case UInt8(ascii: "<") where takeTagOrPlaceholder(escaping): continue
            case UInt8(ascii: "<"): recordTag()
            case UInt8(ascii: "{") where takePlaceholder(escaping): continue
            default: break
            }
            index += 1
        }
        endLiteral()
        let resolved = MarkupTags.resolve(Array(tokens[start...]), language)
        tokens.replaceSubrange(start..., with: resolved)
        followsValue = false
    }

    /// Records the tag that begins here, for the decision about `<name>`.
    private mutating func recordTag() {
        let isEnd = startsHere("</")
        let start = index + (isEnd ? 2 : 1)
        let name = bytes[start...].prefix { $0.isASCIILetter || $0.isPlaceholderNameByte }
        guard !name.isEmpty, name.endIndex < bytes.count else { return }
        let next = bytes[name.endIndex]
        if isEnd, next == UInt8(ascii: ">") || next.isMarkupSpace {
            tokens.append(.end(name: text(name.indices)))
        } else if !isEnd, next.isMarkupSpace {
            tokens.append(.start(name: text(name.indices)))
        }
    }
}

/// HTML elements with special parsing rules.
enum HTMLElements {
    /// Elements without end tags: https://html.spec.whatwg.org/#void-elements.
    static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    ]

    /// Elements whose text ends at their end tag and contains no tags.
    static let raw: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
    ]
}
