import TextSupport

/// A header field, folded if it is long.
struct MessageHeader {
    let name: String
    /// The pieces of the value, separated by spaces. Lines can only be folded between pieces.
    let pieces: [String]

    init(_ name: String, _ pieces: [String]) {
        self.name = name
        self.pieces = pieces
    }

    init(_ name: String, _ piece: String) {
        self.init(name, [piece])
    }

    /// The field with its CRLF, in lines of 78 characters, or 76 with encoded words (RFC 2047
    /// section 2).
    ///
    /// A longer piece gets its own line, which stays below the limit of 998 in RFC 5322 section
    /// 2.1.1.
    var text: String {
        let limit = pieces.contains { $0.hasPrefix("=?") } ? 76 : 78
        var text = name + ":"
        var column = text.utf8.count
        for (index, piece) in pieces.enumerated() {
            let isFolded = index > 0 && column + 1 + piece.utf8.count > limit
            text += (isFolded ? "\r\n " : " ") + piece
            column = (isFolded ? 0 : column) + 1 + piece.utf8.count
        }
        return text + "\r\n"
    }

    /// Returns a field with free text, encoded if necessary.
    static func unstructured(
        _ name: String, _ value: String
    ) throws(MessageError) -> MessageHeader {
        guard !value.hasControl else { throw .controlCharacter(field: name) }
        let words = value.split(separator: " ", omittingEmptySubsequences: false)
        let isPlain =
            value.isPrintableASCII && !value.contains("=?")
            && words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 60 }
        if isPlain { return MessageHeader(name, words.map(String.init)) }
        return MessageHeader(name, EncodedWord.words(of: value, after: name))
    }
}
