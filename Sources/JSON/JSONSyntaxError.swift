/// The first place at which a text stops being JSON.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case notUTF8
        /// Something else stands there, or the text ends.
        case expected(String)
        case repeatedName(String)
        case badEscape
        case bareControl
        case tooDeep(limit: Int)
    }

    package let problem: Problem
    /// From 1.
    package let line: Int
    /// From 1, in bytes.
    package let column: Int
}

extension JSONSyntaxError: CustomStringConvertible {
    /// Without a word of the text itself, which may hold a secret, but for a name.
    package var description: String {
        "line \(line), column \(column): \(words)"
    }

    private var words: String {
        switch problem {
        case .notUTF8: "the text is not UTF-8"
        case .expected(let what): "expected \(what)"
        case .repeatedName(let name): "the name '\(name)' is given twice in one object"
        case .badEscape: "unknown escape sequence in a string; write \\\\ for a backslash"
        case .bareControl: "a control character in a string; write it as an escape, such as \\n"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
        }
    }
}
