import FoundationEssentials
import TextSupport

/// Encodes non-ASCII text in headers (RFC 2047).
enum EncodedWord {
    private static let prefix = "=?utf-8?"
    /// The length of `=?utf-8?q?` and `?=` around a word.
    private static let frame = 12

    /// Returns the text as encoded words, to be separated by whitespace.
    ///
    /// Words have at most 75 characters, and the first one leaves room for the name of the field.
    /// Characters are not split across words. Only a character that does not fit into a word is
    /// split between its scalars.
    static func words(of text: String, after name: String) -> [String] {
        guard !text.isEmpty else { return [] }
        let encode = isMostlyASCII(text) ? quoted : base64
        var words: [String] = []
        var current = ""
        for part in text.flatMap({ parts(of: $0, encode: encode) }) {
            // A line has 76 characters, including the name, colon and space, or the space of a
            // folded line.
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

    /// Returns the character, or its scalars if it is longer than a word.
    private static func parts(of character: Character, encode: (String) -> String) -> [String] {
        let text = String(character)
        guard encode(text).utf8.count + frame > 60 else { return [text] }
        return character.unicodeScalars.map { String($0) }
    }

    private static func isMostlyASCII(_ text: String) -> Bool {
        quoted(text).utf8.count <= base64(text).utf8.count
    }

    /// The Q encoding with the characters that RFC 2047 section 5 (3) also allows in display names.
    private static func quoted(_ text: String) -> String {
        text.utf8.map { byte in
            if byte == .space { return "_" }
            let isSafe = byte.isLetterOrDigit || "!*+-/".utf8.contains(byte)
            return isSafe ? String(Unicode.Scalar(byte)) : "=" + byte.hexadecimal(uppercase: true)
        }.joined()
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
