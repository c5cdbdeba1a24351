import JSON

extension JSON5Value {
    /// A description for messages: `the number 5`, `the string 'x'`, `a list`.
    var summary: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value): "the string \(quoted(value))"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// A description without the value, for values that may be secret: `a number`, `a string`.
    var kind: String {
        switch self {
        case .boolean: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .null, .list, .object: summary
        }
    }
}

extension JSON5SyntaxError.Kind {
    /// The message and the remedy.
    var words: String {
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
