import TextSupport

/// Reads a command line from left to right, by the POSIX utility syntax guidelines and with GNU
/// long options.
///
/// Options may appear before, between and after operands. `--` ends the options, and `-` is an
/// operand. A value follows `=` or is the next argument; in the latter case it cannot begin with
/// `--`, so that a forgotten value is detected. Option names cannot be abbreviated, because an
/// abbreviation breaks scripts when a new option with the same prefix is added.
///
/// See https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html.
struct ArgumentReader {
    private let program: Program
    private var rest: ArraySlice<String>
    private var given: [String: [String]] = [:]
    private var operands: [String] = []
    /// The command, once its name has been read.
    private(set) var command: CommandDescription?
    /// The first word of a two-word command, once it has been read.
    private(set) var group: String?

    init(_ arguments: [String], of program: Program) {
        self.program = program
        rest = arguments[...]
    }

    /// Reads all arguments, and throws at the first invalid one.
    mutating func read() throws(UsageError) {
        while let argument = rest.popFirst() {
            if argument == "--" {
                while let operand = rest.popFirst() { try takeOperand(operand) }
            } else if argument.hasPrefix("-"), argument != "-" {
                try takeOption(argument == "-h" ? "--help" : argument)
            } else {
                try takeOperand(argument)
            }
        }
    }

    /// Returns the arguments of the command.
    ///
    /// - Throws: ``UsageError`` if a required option or operand is missing, or if two options
    ///   exclude each other.
    func arguments(of command: CommandDescription) throws(UsageError) -> Arguments {
        for names in command.exclusive {
            let present = names.filter { given[$0] != nil }
            guard present.count < 2 else { throw error(.exclusiveOptions(present[0], present[1])) }
        }
        for option in command.options where option.isRequired && given[option.name] == nil {
            throw error(.missingOption(form: option.form))
        }
        let needed = command.operands.filter(\.isRequired)
        guard operands.count >= needed.count else {
            throw error(.missingOperand(form: needed[operands.count].form))
        }
        return Arguments(
            command: command.name, operands: operands, options: options, given: given)
    }

    private mutating func takeOperand(_ text: String) throws(UsageError) {
        guard let command else { return try takeCommand(text) }
        let isTooMany = operands.count >= command.operands.count
        if isTooMany, command.operands.last?.isRepeating != true {
            let form = command.operands.map(\.form).joined(separator: " ")
            throw error(.unexpectedOperand(text, form: form.isEmpty ? "none" : form))
        }
        operands.append(text)
    }

    private mutating func takeCommand(_ word: String) throws(UsageError) {
        if group == nil, !program.subcommands(of: word).isEmpty {
            group = word
            return
        }
        command = try program.command(named: group.map { "\($0) \(word)" } ?? word)
    }

    private mutating func takeOption(_ argument: String) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let (written, attached) = (String(parts[0]), parts.dropFirst().first.map(String.init))
        guard let option = options.first(where: { "--\($0.name)" == written }) else {
            throw error(.unknownOption(written, nearest: nearest(to: written)))
        }
        guard option.isRepeatable || given[option.name] == nil else {
            throw error(.repeatedOption(form: option.form))
        }
        given[option.name, default: []].append(try value(of: option, attached: attached))
    }

    private mutating func value(
        of option: OptionDescription, attached: String?
    ) throws(UsageError) -> String {
        guard option.valueName != nil else {
            if let attached { throw error(.unexpectedValue(form: option.form, value: attached)) }
            return ""
        }
        guard let value = attached ?? nextValue() else {
            throw error(.missingValue(form: option.form))
        }
        guard option.allowedValues.isEmpty || option.allowedValues.contains(value) else {
            throw notAllowed(value, of: option)
        }
        return value
    }

    private mutating func nextValue() -> String? {
        guard let next = rest.first, !next.hasPrefix("--") else { return nil }
        return rest.popFirst()
    }

    private var options: [OptionDescription] {
        (command?.options ?? []) + program.optionsEverywhere
    }

    private func nearest(to written: String) -> String? {
        let bare = String(written.drop { $0 == "-" })
        return nearestSpelling(of: bare, in: options.map(\.name)).map { "--\($0)" }
    }

    private func notAllowed(_ value: String, of option: OptionDescription) -> UsageError {
        error(
            .badValue(
                place: "--\(option.name)", value: value,
                expected: Wording.choice(option.allowedValues),
                nearest: nearestSpelling(of: value, in: option.allowedValues)))
    }

    private func error(_ problem: UsageError.Problem) -> UsageError {
        UsageError(command?.name, problem)
    }
}
