/// A syntax error, with the position where the file stops being valid JSON5.
package struct JSON5SyntaxError: Error, Hashable {
    /// The line, counted from 1.
    package let line: Int
    /// The column in characters, counted from 1.
    package let column: Int
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
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
