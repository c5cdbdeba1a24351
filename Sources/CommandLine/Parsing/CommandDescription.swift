import TextSupport

/// The declaration of a command: its name, options, operands and help.
package struct CommandDescription: Sendable {
    /// A sample command line for the help, with an explanation.
    package struct Example: Sendable {
        package let line: String
        package let meaning: String

        package init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// The name: one word, or a group and a word separated by a space, such as `key list`.
    package let name: String
    /// One short sentence for the list of commands and the first line of the help.
    package let summary: String
    /// Paragraphs for the help. The help wraps them.
    package let discussion: [String]
    package let options: [OptionDescription]
    /// The operands in order. Only the last one may be repeatable.
    package let operands: [OperandDescription]
    /// Groups of option names that exclude each other.
    package let exclusive: [[String]]
    package let examples: [Example]

    package init(
        name: String, summary: String, discussion: [String] = [],
        options: [OptionDescription] = [], operands: [OperandDescription] = [],
        exclusive: [[String]] = [], examples: [Example] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.operands = operands
        self.exclusive = exclusive
        self.examples = examples
    }
}

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

/// The declaration of an option: `--dry-run`, or `--config FILE` with a value.
package struct OptionDescription: Sendable, Equatable {
    /// The long name without dashes.
    package let name: String
    /// The placeholder for the value in the help, such as `FILE`, or nil for a flag.
    package let valueName: String?
    /// One sentence for the help.
    package let help: String
    /// The allowed values. If empty, any value is allowed.
    package let allowedValues: [String]
    /// Whether the option may be given more than once.
    package let isRepeatable: Bool
    /// Whether the command requires the option.
    package let isRequired: Bool

    /// Returns an option without a value.
    package static func flag(
        _ name: String, help: String, isRequired: Bool = false
    ) -> OptionDescription {
        OptionDescription(
            name: name, valueName: nil, help: help, allowedValues: [], isRepeatable: false,
            isRequired: isRequired)
    }

    /// Returns an option with a value.
    ///
    /// - Parameters:
    ///   - name: The long name without dashes.
    ///   - valueName: The placeholder for the value in the help.
    ///   - help: One sentence for the help.
    ///   - allowed: The allowed values. If empty, any value is allowed.
    ///   - isRepeatable: Whether the option may be given more than once.
    ///   - isRequired: Whether the command requires the option.
    package static func value(
        _ name: String, _ valueName: String, help: String, allowed: [String] = [],
        isRepeatable: Bool = false, isRequired: Bool = false
    ) -> OptionDescription {
        OptionDescription(
            name: name, valueName: valueName, help: help, allowedValues: allowed,
            isRepeatable: isRepeatable, isRequired: isRequired)
    }

    /// The notation in the help, such as `--config FILE`.
    var form: String {
        valueName.map { "--\(name) \($0)" } ?? "--\(name)"
    }
}

/// The parsed arguments of a command.
///
/// Asking for an option that the command does not declare is a programming error and traps.
///
///     let period = try arguments.required("period")
///     let isDryRun = arguments.flag("dry-run")
package struct Arguments: Sendable {
    /// The name of the command.
    package let command: String
    package let operands: [String]
    private let options: [OptionDescription]
    private let given: [String: [String]]

    init(
        command: String, operands: [String], options: [OptionDescription],
        given: [String: [String]]
    ) {
        self.command = command
        self.operands = operands
        self.options = options
        self.given = given
    }

    /// Returns whether a flag was given.
    package func flag(_ name: String) -> Bool {
        !values(name).isEmpty
    }

    /// Returns the value of an option, or nil if the option was not given.
    package func value(_ name: String) -> String? {
        values(name).last
    }

    /// Returns all values of a repeatable option, in the order given.
    package func values(_ name: String) -> [String] {
        precondition(options.contains { $0.name == name }, "\(command) declares no --\(name)")
        return given[name] ?? []
    }

    /// Returns the value of an option that is required in this situation.
    ///
    /// - Throws: ``UsageError`` if the option was not given.
    package func required(_ name: String) throws(UsageError) -> String {
        guard let value = value(name) else {
            throw UsageError(command, .missingOption(form: form(name)))
        }
        return value
    }

    /// Returns the value of an option as an integer, or nil if the option was not given.
    ///
    /// - Throws: ``UsageError`` if the value is not an integer or not in the range.
    package func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw invalid(name, expected: expected)
        }
        return number
    }

    /// Returns the error for an invalid option value.
    ///
    /// - Parameters:
    ///   - name: The name of the option.
    ///   - expected: What the option accepts, such as "a date".
    ///   - candidates: Valid values, to suggest the nearest one.
    package func invalid(
        _ name: String, expected: String, among candidates: [String] = []
    ) -> UsageError {
        invalid("--\(name)", value(name) ?? "", expected: expected, among: candidates)
    }

    /// Returns the error for an invalid operand.
    package func invalid(
        operand: String, _ value: String, expected: String, among candidates: [String] = []
    ) -> UsageError {
        invalid(operand, value, expected: expected, among: candidates)
    }

    /// Returns an error with a message of the command's own, such as for options that cannot be
    /// combined.
    package func misuse(_ words: String) -> UsageError {
        UsageError(command, .misuse(words))
    }

    private func invalid(
        _ place: String, _ value: String, expected: String, among candidates: [String]
    ) -> UsageError {
        let nearest = nearestSpelling(of: value, in: candidates)
        return UsageError(
            command,
            .badValue(place: place, value: value, expected: expected, nearest: nearest))
    }

    private func form(_ name: String) -> String {
        options.first { $0.name == name }?.form ?? "--\(name)"
    }
}
