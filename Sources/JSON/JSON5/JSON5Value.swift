/// A value of a JSON5 text. The order of members is not kept.
package enum JSON5Value: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// An exact integer in any notation: `7`, `7.0`, `0x7`.
    case integer(Int)
    /// A fraction, or a number outside of the range of `Int`, as it is written in the text.
    case number(String)
    case string(String)
    case list([JSON5Value])
    case object([String: JSON5Value])
}

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

/// The path of a value in a JSON5 text, such as `companies[0].timeZone`. The path of the whole text
/// is empty.
package struct ValuePath: Hashable, Sendable {
    /// A step from a value to one of its members or elements.
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// The steps from the root. There are many paths but few are shown, so the text is built on
    /// demand.
    package var steps: [Step] = []

    package static let root = ValuePath()

    package func key(_ name: String) -> ValuePath {
        ValuePath(steps: steps + [.key(name)])
    }

    package func index(_ index: Int) -> ValuePath {
        ValuePath(steps: steps + [.index(index)])
    }

    /// Whether the path is the given object or a value inside it.
    package func isInside(_ other: ValuePath) -> Bool {
        steps.starts(with: other.steps)
    }

    package var text: String {
        steps.reduce("") { text, step in
            switch step {
            case .key(let name): text.isEmpty ? name : "\(text).\(name)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }
}
