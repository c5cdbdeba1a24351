/// A text with placeholders, and how values are escaped.
///
///     let template = TextTemplate("<p>{{name}}</p>", as: .markup(.html))
///     var text = FilledText(limit: 1 << 20)
///     template.fill(&text) { _ in .text("A & B") }  // <p>A &amp; B</p>
package struct TextTemplate: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case plain
        /// XML or HTML, in which `<name>` can also be a tag.
        case markup(MarkupLanguage)
        case header
        /// `a=1&b=<b>`, the body of a form.
        case form
    }

    enum Part: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder, Escaping)
    }

    private let parts: [Part]
    /// Whether the name of an attribute in XML or HTML is a placeholder.
    ///
    /// Its value could be the name of another attribute of the tag, which XML does not allow.
    package let namesAttributes: Bool

    package init(_ text: String, as kind: Kind) {
        var namesAttributes = false
        switch kind {
        case .plain: parts = Self.parts(of: text, .none)
        case .header: parts = Self.parts(of: text, .header)
        case .form: parts = Self.parts(of: text, .percent)
        case .markup(let language):
            var scanner = MarkupScanner(text, language)
            scanner.scan()
            parts = Self.parts(of: scanner.tokens)
            namesAttributes = scanner.namesAttributes
        }
        self.namesAttributes = namesAttributes
    }

    private static func parts(of text: String, _ escaping: Escaping) -> [Part] {
        PlaceholderScanner.pieces(of: text).map { piece in
            switch piece {
            case .literal(let literal): .literal(literal)
            case .placeholder(let found): .placeholder(found, escaping)
            }
        }
    }

    /// Joins adjacent literals.
    private static func parts(of tokens: [MarkupToken]) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        for token in tokens {
            switch token {
            case .literal(let text): literal += text
            case .placeholder(let found, let escaping), .tagOrPlaceholder(let found, let escaping):
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.placeholder(found, escaping))
            case .start, .end: continue
            }
        }
        return literal.isEmpty ? parts : parts + [.literal(literal)]
    }

    /// Appends the text with its placeholders filled. Values are inserted once and not scanned for
    /// placeholders.
    package func fill<Failure>(
        _ text: inout FilledText, _ filler: Filler<Failure>
    ) throws(Failure) {
        for part in parts {
            switch part {
            case .literal(let literal): text.append(literal)
            case .placeholder(let placeholder, let escaping):
                try text.append(placeholder, escaping, filler)
            }
            if text.isTooLong { return }
        }
    }

    package var placeholders: [Placeholder] {
        parts.compactMap { part in
            guard case .placeholder(let placeholder, _) = part else { return nil }
            return placeholder
        }
    }
}

extension FilledText {
    /// Appends the value of a placeholder, or the placeholder itself if its name is unknown.
    mutating func append<Failure>(
        _ placeholder: Placeholder, _ escaping: Escaping, _ filler: Filler<Failure>
    ) throws(Failure) {
        if let value = try filler(placeholder).text {
            append(value, escaping)
        } else {
            append(placeholder.spelling)
        }
    }
}

extension [PlaceholderScanner.Piece] {
    var placeholders: [Placeholder] {
        compactMap {
            guard case .placeholder(let placeholder) = $0 else { return nil }
            return placeholder
        }
    }

    func fill<Failure>(
        _ text: inout FilledText, _ filler: Filler<Failure>, _ escaping: Escaping
    ) throws(Failure) {
        for piece in self {
            switch piece {
            case .literal(let literal): text.append(literal)
            case .placeholder(let placeholder):
                try text.append(placeholder, escaping, filler)
            }
            if text.isTooLong { return }
        }
    }
}
