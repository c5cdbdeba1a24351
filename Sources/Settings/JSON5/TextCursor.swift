/// A place in a text that moves forward, and knows its line and column.
struct TextCursor {
    private let bytes: [UInt8]
    /// Offset of the next byte, at the start of a scalar unless within a string or comment; may
    /// pass the end.
    var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var byte: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    var next: Unicode.Scalar? {
        guard let byte else { return nil }
        guard byte >= 0x80 else { return Unicode.Scalar(byte) }
        return spelling(from: position, to: position + 4).unicodeScalars.first
    }

    mutating func skip(while belongs: (Unicode.Scalar) -> Bool) {
        while let next, belongs(next) { position += UTF8.width(next) }
    }

    func reads(_ word: String) -> Bool {
        position < bytes.count && bytes[position...].starts(with: word.utf8)
    }

    /// The text between two offsets, as far as there is any.
    func spelling(from start: Int, to end: Int) -> String {
        String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
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
