/// A parsed value of the configuration file, before validation.
enum JSON5Value: Hashable {
    case null
    case boolean(Bool)
    /// An exact integer in any notation: `7`, `7.0`, `0x7`.
    case integer(Int)
    /// A fraction, or a number outside of the range of `Int`. Infinite if it is outside of the
    /// range of `Double`.
    case number(Double)
    case string(String)
    case list([JSON5Value])
    case object([String: JSON5Value])
}

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
