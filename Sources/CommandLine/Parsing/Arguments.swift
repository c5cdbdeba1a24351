import TextSupport

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
    ///   - name: the name of the option.
    ///   - expected: what the option accepts, such as "a date".
    ///   - candidates: valid values, to suggest the nearest one.
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
