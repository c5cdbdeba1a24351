/// Divides XML or HTML into literal text, placeholders and tags.
///
/// Values go into the text between tags, into the values of attributes, into CDATA sections and into
/// the names of tags, each with the escapes of its place. Comments, processing instructions and
/// declarations stay as they are. The scanner reads each byte once, whatever the text is.
struct MarkupScanner {
    let language: MarkupLanguage
    let bytes: [UInt8]
    /// The next byte to read.
    var index = 0
    var tokens: [MarkupToken] = []
    /// Whether an attribute's name has a placeholder.
    var namesAttributes = false
    /// Whether nothing but placeholders and `]` has come since the last other text.
    var followsValue = false
    /// HTML elements with raw text that have no end tag in the rest of the text.
    var unclosed: Set<String> = []
    private var literalStart = 0

    init(_ text: String, _ language: MarkupLanguage) {
        self.language = language
        bytes = Array(text.utf8)
    }

    /// Scans the whole text and decides which `<name>` are tags.
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
            // After `]]` and an empty value it would end with `]]>`, which XML allows in no text.
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

    /// Makes a token of the text that was passed over.
    mutating func endLiteral() {
        if literalStart < index { tokens.append(.literal(text(literalStart..<index))) }
        literalStart = index
    }

    /// Puts a text in the place of the next bytes.
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

    /// Whether the text goes on with these characters.
    func startsHere(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            bytes.count - index >= text.count
                && text.indices.allSatisfy { bytes[index + $0] == text[$0] }
        }
    }

    /// Goes behind the next occurrence of a text, or to the end where there is none.
    mutating func skip(behind text: StaticString) {
        while index < bytes.count, !startsHere(text) { index += 1 }
        index = min(bytes.count, index + text.utf8CodeUnitCount)
    }

    // MARK: Placeholders

    /// Takes the placeholder that begins here, if there is one.
    mutating func takePlaceholder(_ escaping: Escaping) -> Bool {
        guard let (found, end) = Placeholder.find(in: bytes, at: index) else { return false }
        take(.placeholder(found, escaping), upTo: end)
        return true
    }

    /// Takes the `<name>` that begins here, if there is one.
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

    /// Takes the element without tags inside whose start tag without attributes begins here.
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
