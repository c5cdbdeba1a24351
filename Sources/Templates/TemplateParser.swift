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
