import FoundationEssentials

/// Text beyond ASCII in a header, by RFC 2047.
enum EncodedWord {
    private static let prefix = "=?utf-8?"
    /// What `=?utf-8?q?` and `?=` take of a word.
    private static let frame = 12

    /// The encoded words of a text, to be separated by white space.
    ///
    /// No word is longer than 75 characters, and the first leaves room on its line for the field's name.
    /// Characters are never cut in two, only a single one that does not fit into a word is, between its scalars.
    static func words(of text: String, after name: String) -> [String] {
        guard !text.isEmpty else { return [] }
        let encode = isMostlyASCII(text) ? quoted : base64
        var words: [String] = []
        var current = ""
        for part in text.flatMap({ parts(of: $0, encode: encode) }) {
            // A line of 76 with the name, colon and space, or with the space of a fold.
            let limit = words.isEmpty ? 76 - name.utf8.count - 2 : 75
            if !current.isEmpty, encode(current + part).utf8.count + frame > limit {
                words.append(encode(current))
                current = ""
            }
            current += part
        }
        words.append(encode(current))
        return words.map { prefix + (isMostlyASCII(text) ? "q?" : "b?") + $0 + "?=" }
    }

    /// The character, or its scalars when it is longer than any word.
    private static func parts(of character: Character, encode: (String) -> String) -> [String] {
        let whole = String(character)
        guard encode(whole).utf8.count + frame > 60 else { return [whole] }
        return character.unicodeScalars.map { String($0) }
    }

    private static func isMostlyASCII(_ text: String) -> Bool {
        quoted(text).utf8.count <= base64(text).utf8.count
    }

    /// The Q encoding with the letters that RFC 2047 5 (3) allows also within a name.
    private static func quoted(_ text: String) -> String {
        text.utf8.map { byte in
            if byte == .space { return "_" }
            let isSafe = byte.isLetterOrDigit || "!*+-/".utf8.contains(byte)
            return isSafe ? String(Unicode.Scalar(byte)) : "=" + byte.hexadecimal
        }.joined()
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
