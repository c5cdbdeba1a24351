/// A position in a text that moves forward and can report its line and column.
struct TextCursor {
    private let bytes: [UInt8]
    /// The offset of the next byte. It is at the start of a scalar except inside strings and
    /// comments, and may be beyond the end.
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

    /// Returns the text between two offsets, clamped to the end of the text.
    func spelling(from start: Int, to end: Int) -> String {
        String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    }

    func fault(unexpected expected: String) -> JSON5SyntaxError {
        guard let next else { return fault(.ends(expected: expected)) }
        return fault(.unexpected(next, expected: expected))
    }

    func fault(_ kind: JSON5SyntaxError.Kind, at offset: Int? = nil) -> JSON5SyntaxError {
        let (line, column) = lineAndColumn(at: offset ?? position)
        return JSON5SyntaxError(line: line, column: column, kind: kind)
    }

    /// Returns the line and column of an offset. Lines end with LF, CR or CRLF; columns count
    /// characters.
    func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for character in spelling(from: 0, to: offset) {
            let isBreak = ["\n", "\r", "\r\n"].contains(character)
            (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
        }
        return (line, column)
    }
}
