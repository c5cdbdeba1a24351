/// A syntax error, with the position where the file stops being valid JSON5.
struct SyntaxError: Error, Hashable {
    /// The line, counted from 1.
    let line: Int
    /// The column in characters, counted from 1.
    let column: Int
    let kind: Kind

    enum Kind: Hashable {
        case unexpected(Unicode.Scalar, expected: String)
        case ends(expected: String)
        /// An invalid unquoted word. The word is not kept because it may be a password without
        /// quotes.
        case notAValue
        case openString
        case openComment
        case badEscape
        /// Half of a surrogate pair, which cannot be part of a string.
        case halfPair
        case bareControl
        case tooDeep
    }
}

extension SyntaxError.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .unexpected(let found, let expected):
            "expected \(expected), found \(quoted(String(found)))"
        case .ends(let expected):
            "expected \(expected), but the file ends here"
        case .notAValue:
            "expected a value; put strings in quotes"
        case .openString:
            "the string that starts here does not end on its line"
        case .openComment:
            "the comment that starts here does not end; end it with */"
        case .badEscape:
            "unknown escape sequence in a string; write \\\\ for a backslash"
        case .halfPair:
            "half of a surrogate pair; write both halves, such as \\ud83d\\ude00"
        case .bareControl:
            "a tab or control character in a string; write \\t or \\u0000 with its code"
        case .tooDeep:
            "lists and objects are nested too deeply"
        }
    }
}
