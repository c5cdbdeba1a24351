/// A place in a text that moves forward, and knows its line and column.
struct TextCursor {
    private let scalars: [Unicode.Scalar]
    /// Offset of the next scalar; may pass the end.
    var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    var next: Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    mutating func skip(while belongs: (Unicode.Scalar) -> Bool) {
        while let next, belongs(next) { position += 1 }
    }

    func reads(_ word: String) -> Bool {
        position < scalars.count && scalars[position...].starts(with: word.unicodeScalars)
    }

    /// The text between two offsets, as far as there is any.
    func spelling(from start: Int, to end: Int) -> String {
        let spelt = scalars[start..<min(end, scalars.count)]
        // Most words are ASCII, and much faster made of bytes.
        if spelt.allSatisfy(\.isASCII) {
            return String(decoding: spelt.map { UInt8($0.value) }, as: UTF8.self)
        }
        return String(String.UnicodeScalarView(spelt))
    }

    func fault(unexpected expected: String) -> SyntaxFault {
        guard let next else { return fault(.ends(expected: expected)) }
        return fault(.unexpected(next, expected: expected))
    }

    func fault(_ kind: SyntaxFault.Kind, at offset: Int? = nil) -> SyntaxFault {
        let (line, column) = lineAndColumn(at: offset ?? position)
        return SyntaxFault(line: line, column: column, kind: kind)
    }

    /// Lines end at LF, CR or both; a column is a character as a reader counts it.
    func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for character in spelling(from: 0, to: offset) {
            let isBreak = ["\n", "\r", "\r\n"].contains(character)
            (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
        }
        return (line, column)
    }
}
