/// The declaration of an operand, which is an argument without dashes.
package struct OperandDescription: Sendable, Equatable {
    /// How many values an operand takes.
    package enum Number: Sendable {
        case one
        case atMostOne
        case oneOrMore
        case any
    }

    /// The placeholder in the help, such as `FILE`.
    package let name: String
    package let number: Number
    /// One sentence for the help.
    package let help: String

    package init(_ name: String, _ number: Number, help: String) {
        self.name = name
        self.number = number
        self.help = help
    }

    /// The notation in the help, such as `[FILE...]`.
    var form: String {
        switch number {
        case .one: name
        case .atMostOne: "[\(name)]"
        case .oneOrMore: "\(name)..."
        case .any: "[\(name)...]"
        }
    }

    var isRequired: Bool { number == .one || number == .oneOrMore }
    var isRepeating: Bool { number == .oneOrMore || number == .any }
}
