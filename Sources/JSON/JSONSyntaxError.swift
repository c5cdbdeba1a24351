/// A syntax error, with the position where the text stops being valid JSON.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case notUTF8
        /// The text contains something else, or ends.
        case expected(String)
        case repeatedName(String)
        case badEscape
        case bareControl
        case tooDeep(limit: Int)
    }

    package let problem: Problem
    /// The line, counted from 1.
    package let line: Int
    /// The column in bytes, counted from 1.
    package let column: Int
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The message. It contains no part of the text except a name, because the text may contain
    /// secrets.
    package var description: String {
        "line \(line), column \(column): \(message)"
    }

    private var message: String {
        switch problem {
        case .notUTF8: "the text is not UTF-8"
        case .expected(let what): "expected \(what)"
        case .repeatedName(let name): "duplicate name '\(name)' in an object"
        case .badEscape: "unknown escape sequence in a string; write \\\\ for a backslash"
        case .bareControl: "a control character in a string; write it as an escape, such as \\n"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) levels deep"
        }
    }
}
