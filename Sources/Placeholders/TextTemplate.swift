/// A text with placeholders, and how values are escaped in it.
package struct TextTemplate: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case plain
        /// XML or HTML, where `<name>` may also be a tag.
        case markup
        case header
        /// `a=1&b=<b>`, the body of a form.
        case form

        fileprivate var escaping: Escaping {
            switch self {
            case .plain: .none
            case .markup: .markup
            case .header: .header
            case .form: .percent
            }
        }
    }

    private let kind: Kind
    private let pieces: [PlaceholderScanner.Piece]

    package init(_ text: String, as kind: Kind) {
        self.kind = kind
        let pieces = PlaceholderScanner.pieces(of: text)
        self.pieces = kind == .markup ? MarkupTags.without(pieces) : pieces
    }

    /// The text with its placeholders filled; each value is inserted once and never read again.
    package func filled<Failure>(_ filler: Filler<Failure>) throws(Failure) -> String {
        try pieces.filled(by: filler, kind.escaping)
    }

    package var placeholders: [Placeholder] { pieces.placeholders }
}

extension [PlaceholderScanner.Piece] {
    var placeholders: [Placeholder] {
        compactMap {
            guard case .placeholder(let placeholder) = $0 else { return nil }
            return placeholder
        }
    }

    func filled<Failure>(
        by filler: Filler<Failure>, _ escaping: Escaping
    ) throws(Failure) -> String {
        var text = ""
        for piece in self {
            switch piece {
            case .literal(let literal): text += literal
            case .placeholder(let placeholder):
                guard let value = try filler(placeholder).text else {
                    text += placeholder.spelling
                    continue
                }
                escaping.write(value, to: &text)
            }
        }
        return text
    }
}
