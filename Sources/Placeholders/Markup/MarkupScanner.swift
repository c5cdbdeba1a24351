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
