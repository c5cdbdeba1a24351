/// An operand of a command: what stands on its line without dashes.
package struct OperandDescription: Sendable, Equatable {
    /// How many of it a command takes.
    package enum Number: Sendable {
        case one
        case atMostOne
        case oneOrMore
        case any
    }

    /// What stands for it in help, such as `FILE`.
    package let name: String
    package let number: Number
    /// One sentence for the help.
    package let help: String

    package init(_ name: String, _ number: Number, help: String) {
        self.name = name
        self.number = number
        self.help = help
    }

    /// How it is written: `[FILE...]`.
    var form: String {
        switch number {
        case .one: name
        case .atMostOne: "[\(name)]"
        case .oneOrMore: "\(name)..."
        case .any: "[\(name)...]"
        }
    }

    var isNeeded: Bool { number == .one || number == .oneOrMore }
    var isRepeating: Bool { number == .oneOrMore || number == .any }
}
