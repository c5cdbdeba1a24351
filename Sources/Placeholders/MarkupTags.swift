/// Tells tags from placeholders in XML and HTML, where `<body>` can be either.
///
/// What a closing tag belongs to is a tag: the outermost of those before it that nothing has
/// closed yet. So in `<from><from></from>` the inner one is the placeholder. A tag that needs no
/// closing one is told by its name being none of a variable, and `{{name}}` is never a tag.
struct MarkupTags {
    private enum Token {
        case opening(piece: Int)
        case closing(name: String)
    }

    /// The same pieces, the tags being literals.
    static func without(_ pieces: [PlaceholderScanner.Piece]) -> [PlaceholderScanner.Piece] {
        let tags = openingTags(in: pieces)
        return pieces.enumerated().map { index, piece in
            guard case .placeholder(let found) = piece, tags.contains(index) else { return piece }
            return .literal(found.spelling)
        }
    }

    private static func openingTags(in pieces: [PlaceholderScanner.Piece]) -> Set<Int> {
        var tags: Set<Int> = []
        var open: [(piece: Int, name: String)] = []
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .placeholder(let found):
                if found.spelling.hasPrefix("<") { open.append((index, found.name)) }
            case .literal(let text):
                for name in closings(in: text) {
                    guard let first = open.firstIndex(where: { $0.name == name }) else { continue }
                    tags.insert(open[first].piece)
                    // Whatever stands inside of it can be closed by nothing outside.
                    open.removeSubrange(first...)
                }
            }
        }
        return tags
    }

    /// The names of `</name>`, of which a space may stand before the end.
    private static func closings(in text: String) -> [String] {
        text.matches(of: #/</([^<>\s]+)\s*>/#).map { String($0.1) }
    }
}
