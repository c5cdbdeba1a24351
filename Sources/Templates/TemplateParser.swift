/// Parses a template into nodes.
struct TemplateParser {
    private let name: String
    private var scanner: TemplateScanner
    private var nodes: [TemplateNode] = []
    /// The sections around the current position, outermost first.
    private var open: [OpenSection] = []
    private var lines = LineCounter()

    /// An open section, with the nodes before it.
    private struct OpenSection {
        var name: String
        var inverted: Bool
        var position: TemplatePosition
        var before: [TemplateNode]
    }

    init(_ source: String, name: String) {
        self.name = name
        scanner = TemplateScanner(source)
    }

    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        while true {
            let text = scanner.text()
            guard !scanner.isAtEnd else {
                append(text: text)
                break
            }
            try parseTag(after: text)
        }
        if let section = open.last {
            throw error(.unclosedSection(section.name), at: section.position)
        }
        return nodes
    }

    private mutating func parseTag(after text: Range<Int>) throws(TemplateError) {
        let position = lines.position(of: text.upperBound, in: scanner.source)
        guard let tag = scanner.tag() else { throw error(.unclosedTag, at: position) }
        guard tag.mayStandAlone, let lineStart = scanner.standaloneLine(of: tag.range) else {
            append(text: text)
            markLineStart(tag.range.lowerBound)
            return try append(tag, indent: "", at: position)
        }
        append(text: text.lowerBound..<lineStart)
        try append(tag, indent: scanner.string(lineStart..<tag.range.lowerBound), at: position)
    }

    private mutating func append(
        _ tag: TemplateScanner.Tag, indent: String, at position: TemplatePosition
    ) throws(TemplateError) {
        switch tag.sigil {
        case .comment: return
        case .delimiters: return try setDelimiters(tag.content, at: position)
        default: break
        }
        let word = try word(tag.content, at: position)
        switch tag.sigil {
        case .section, .inverted:
            begin(word, inverted: tag.sigil == .inverted, at: position)
        case .end: try end(word, at: position)
        case .partial: nodes.append(.partial(word, indent: indent, at: position))
        default:
            nodes.append(.variable(TemplateName(word), escaped: tag.sigil == nil, at: position))
        }
    }

    private mutating func begin(_ word: String, inverted: Bool, at position: TemplatePosition) {
        open.append(
            OpenSection(name: word, inverted: inverted, position: position, before: nodes))
        nodes = []
    }

    private mutating func end(
        _ word: String, at position: TemplatePosition
    ) throws(TemplateError) {
        guard let section = open.popLast() else { throw error(.strayEnd(word), at: position) }
        guard section.name == word else {
            throw error(
                .mismatchedEnd(word, expected: section.name, opened: section.position),
                at: position)
        }
        let node = TemplateNode.section(
            TemplateName(word), inverted: section.inverted, nodes, at: section.position)
        nodes = section.before + [node]
    }

    private mutating func setDelimiters(
        _ content: String, at position: TemplatePosition
    ) throws(TemplateError) {
        let words = content.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, !content.contains("=") else {
            throw error(.badDelimiters(content), at: position)
        }
        scanner.open = Array(words[0].utf8)
        scanner.close = Array(words[1].utf8)
    }

    /// Returns the single word in a tag.
    private func word(
        _ content: String, at position: TemplatePosition
    ) throws(TemplateError) -> String {
        let words = content.split(whereSeparator: \.isWhitespace)
        guard let word = words.first else { throw error(.emptyTag, at: position) }
        guard words.count == 1, word == "." || !TemplateName(String(word)).parts.contains("") else {
            throw error(.badName(words.joined(separator: " ")), at: position)
        }
        return String(word)
    }

    private mutating func append(text: Range<Int>) {
        var start = text.lowerBound
        while start < text.upperBound {
            markLineStart(start)
            let newline = scanner.source[start..<text.upperBound].firstIndex(of: 0x0A)
            let end = newline.map { $0 + 1 } ?? text.upperBound
            nodes.append(.text(Array(scanner.source[start..<end])))
            start = end
        }
    }

    private mutating func markLineStart(_ offset: Int) {
        if scanner.isLineStart(offset) { nodes.append(.lineStart) }
    }

    private func error(
        _ problem: TemplateError.Problem, at position: TemplatePosition
    ) -> TemplateError {
        TemplateError(template: name, position: position, problem: problem)
    }
}

extension TemplateScanner.Tag {
    /// Whether a line that contains only this tag is removed. This applies to all tags except
    /// interpolation.
    fileprivate var mayStandAlone: Bool {
        switch sigil {
        case nil, .unescaped, .triple: false
        default: true
        }
    }
}

/// An error in a template, with its position.
package struct TemplateError: Error, Hashable, Sendable {
    /// The name of the template, such as `report-text`.
    package var template: String
    package var position: TemplatePosition
    package var problem: Problem

    package enum Problem: Hashable, Sendable {
        case unclosedTag
        case emptyTag
        case badName(String)
        case badDelimiters(String)
        case unclosedSection(String)
        case mismatchedEnd(String, expected: String, opened: TemplatePosition)
        case strayEnd(String)
        case unknown(Kind, String, nearest: String?)
        case partialsTooDeep(String, limit: Int)
        /// Partials that include each other endlessly. The last name is the same as the first.
        case endlessPartials([String])
    }

    /// What an unknown name was used as.
    package enum Kind: String, Sendable {
        case name
        case section
        case partial
    }
}

extension TemplateError: CustomStringConvertible {
    /// The position, the error and the remedy in one line.
    package var description: String {
        "\(template):\(position): \(problem)"
    }
}

extension TemplatePosition: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}

extension TemplateError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unclosedTag:
            "this tag has no end; close it with the current delimiter, such as '}}'"
        case .emptyTag: "this tag is empty"
        case .badName(let name): "'\(name)' is not a name; names contain no spaces or empty parts"
        case .badDelimiters(let text):
            "'\(text)' is not a pair of delimiters; use two words without '=', as in {{=<% %>=}}"
        case .unclosedSection(let name):
            "section '\(name)' has no end; close it with {{/\(name)}}"
        case .mismatchedEnd(let name, let expected, let opened):
            "{{/\(name)}} does not match the open section '\(expected)' (\(opened)); close that one first"
        case .strayEnd(let name): "{{/\(name)}} closes a section, but none is open"
        case .unknown(let kind, let name, let nearest):
            "unknown \(kind) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .endlessPartials(let names):
            "partial '\(names[0])' includes itself recursively: "
                + names.joined(separator: " → ")
        case .partialsTooDeep(let name, let limit):
            "partial '\(name)' is nested more than \(limit) levels deep; check whether it includes itself"
        }
    }
}

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
