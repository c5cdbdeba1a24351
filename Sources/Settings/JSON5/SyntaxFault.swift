/// The first place at which the file stops being JSON5.
struct SyntaxFault: Error, Hashable {
    /// From 1.
    let line: Int
    /// From 1, in characters.
    let column: Int
    let kind: Kind

    enum Kind: Hashable {
        case unexpected(Unicode.Scalar, expected: String)
        case ends(expected: String)
        /// A word that is none; it is not kept, for it may be a password without its quotes.
        case notAValue
        case openString
        case openComment
        case badEscape
        /// Half of a surrogate pair, which no text can hold.
        case halfPair
        case bareControl
        case tooDeep
    }
}

extension SyntaxFault.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .unexpected(let found, let expected):
            "expected \(expected), found \(quoted(String(found)))"
        case .ends(let expected):
            "expected \(expected), but the file ends here"
        case .notAValue:
            "expected a value; texts stand in quotes"
        case .openString:
            "the string that begins here is not closed on its line"
        case .openComment:
            "the comment that begins here is not closed; end it with */"
        case .badEscape:
            "unknown escape in a string; write \\\\ for a backslash"
        case .halfPair:
            "half of a surrogate pair; write both halves, such as \\ud83d\\ude00"
        case .bareControl:
            "a tab or control character in a string; write \\t or \\u0000 with its code"
        case .tooDeep:
            "lists and objects are nested too deeply"
        }
    }
}
