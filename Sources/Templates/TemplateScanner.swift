/// Splits the source of a template into text and tags, and detects tags that are alone on a line.
///
/// It processes UTF-8, in which `\r\n` is two bytes. As a Swift `Character` it would be one.
struct TemplateScanner {
    let source: [UInt8]
    private(set) var offset = 0
    var open = Array("{{".utf8)
    var close = Array("}}".utf8)

    init(_ source: String) {
        self.source = Array(source.utf8)
    }

    var isAtEnd: Bool { offset == source.count }

    func string(_ range: Range<Int>) -> String {
        String(decoding: source[range], as: UTF8.self)
    }

    /// Skips and returns the text before the next tag or the end.
    mutating func text() -> Range<Int> {
        let start = offset
        offset = find(open, from: offset) ?? source.count
        return start..<offset
    }

    /// Skips and returns a tag, or returns nil if it is not closed.
    mutating func tag() -> Tag? {
        let start = offset
        let inner = skipBlanks(start + open.count)
        let sigil = inner < source.count ? Sigil(rawValue: source[inner]) : nil
        let content = sigil == nil ? inner : inner + 1
        let terminator = (sigil?.closing ?? []) + close
        guard let end = find(terminator, from: content) else { return nil }
        offset = end + terminator.count
        return Tag(sigil: sigil, content: string(content..<end), range: start..<offset)
    }

    /// If a tag is alone on its line, skips the end of the line and returns the start of the line.
    mutating func standaloneLine(of range: Range<Int>) -> Int? {
        var start = range.lowerBound
        while start > 0, isBlank(source[start - 1]) { start -= 1 }
        guard isLineStart(start) else { return nil }
        var end = skipBlanks(range.upperBound)
        if end < source.count, source[end] == UInt8(ascii: "\r") { end += 1 }
        guard end == source.count || source[end] == UInt8(ascii: "\n") else { return nil }
        offset = min(end + 1, source.count)
        return start
    }

    func isLineStart(_ offset: Int) -> Bool {
        offset == 0 || source[offset - 1] == UInt8(ascii: "\n")
    }

    private func skipBlanks(_ from: Int) -> Int {
        source[from...].firstIndex { !isBlank($0) } ?? source.count
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func find(_ pattern: [UInt8], from: Int) -> Int? {
        guard from + pattern.count <= source.count else { return nil }
        return (from...source.count - pattern.count).first { start in
            source[start] == pattern[0] && source[start...].starts(with: pattern)
        }
    }
}

extension TemplateScanner {
    /// A tag in the source.
    struct Tag {
        /// The sigil, or nil for a variable.
        var sigil: Sigil?
        /// The content between the sigil and the end, including spaces.
        var content: String
        var range: Range<Int>
    }

    /// The character that determines the kind of a tag.
    enum Sigil: UInt8 {
        case section = 0x23  // #
        case inverted = 0x5E  // ^
        case end = 0x2F  // /
        case comment = 0x21  // !
        case partial = 0x3E  // >
        case delimiters = 0x3D  // =
        case unescaped = 0x26  // &
        case triple = 0x7B  // {

        /// The characters that must precede the closing delimiter.
        var closing: [UInt8] {
            switch self {
            case .delimiters: [rawValue]
            case .triple: [UInt8(ascii: "}")]
            default: []
            }
        }
    }
}
