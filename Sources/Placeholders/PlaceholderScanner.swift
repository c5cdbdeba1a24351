/// Splits a text into literals and placeholders.
struct PlaceholderScanner {
    enum Piece: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
    }

    private let bytes: [UInt8]
    private let takesSingleBraces: Bool
    private var index = 0
    private var literalStart = 0
    private var pieces: [Piece] = []

    /// Returns the pieces. Joined together, they are the original text.
    static func pieces(of text: String, takesSingleBraces: Bool = false) -> [Piece] {
        var scanner = PlaceholderScanner(text, takesSingleBraces)
        scanner.scan()
        return scanner.pieces
    }

    private init(_ text: String, _ takesSingleBraces: Bool) {
        bytes = Array(text.utf8)
        self.takesSingleBraces = takesSingleBraces
    }

    private mutating func scan() {
        while index < bytes.count {
            let place = Placeholder.find(
                in: bytes, at: index, takesSingleBraces: takesSingleBraces)
            guard let place else {
                index += 1
                continue
            }
            endLiteral()
            pieces.append(.placeholder(place.found))
            (index, literalStart) = (place.end, place.end)
        }
        endLiteral()
    }

    private mutating func endLiteral() {
        guard literalStart < index else { return }
        pieces.append(.literal(String(decoding: bytes[literalStart..<index], as: UTF8.self)))
    }
}
