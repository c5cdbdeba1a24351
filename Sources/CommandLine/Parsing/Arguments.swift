import Spelling

/// The arguments of one command, read by its description.
///
/// To ask for an option that the command does not declare is a programmer's mistake and stops
/// the program.
package struct Arguments: Sendable {
    /// The command's name.
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

    /// Whether a flag was given.
    package func flag(_ name: String) -> Bool {
        !values(name).isEmpty
    }

    /// The value of an option, nil when it was not given.
    package func value(_ name: String) -> String? {
        values(name).last
    }

    /// All values of a repeatable option, in the order in which they were given.
    package func values(_ name: String) -> [String] {
        precondition(options.contains { $0.name == name }, "\(command) declares no --\(name)")
        return given[name] ?? []
    }

    /// The value of an option that is needed here, though not always.
    package func required(_ name: String) throws(UsageError) -> String {
        guard let value = value(name) else {
            throw UsageError(command, .missingOption(form: form(name)))
        }
        return value
    }

    /// The value of an option as a whole number within a range.
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

    /// The error for a value that an option cannot take; `candidates` are what it may have meant.
    package func invalid(
        _ name: String, expected: String, among candidates: [String] = []
    ) -> UsageError {
        invalid("--\(name)", value(name) ?? "", expected: expected, among: candidates)
    }

    /// The error for an operand that the command cannot take.
    package func invalid(
        operand: String, _ value: String, expected: String, among candidates: [String] = []
    ) -> UsageError {
        invalid(operand, value, expected: expected, among: candidates)
    }

    /// The error for options that do not go together, in the command's own words.
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
