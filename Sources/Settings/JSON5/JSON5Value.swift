/// A value of the configuration file before it means anything.
enum JSON5Value: Hashable {
    case null
    case boolean(Bool)
    /// A whole number, exact, however it was written: `7`, `7.0`, `0x7`.
    case integer(Int)
    /// A fraction, or a number that no `Int` holds; infinite when no `Double` holds it either.
    case number(Double)
    case string(String)
    case list([JSON5Value])
    case object([String: JSON5Value])
}

extension JSON5Value {
    /// What stands there, for a message: `the number 5`, `the string 'x'`, `a list`.
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

    /// The same without the value, for what may be a secret: `a number`, `a string`.
    var kind: String {
        switch self {
        case .boolean: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .null, .list, .object: summary
        }
    }
}
