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

/// An error in the command line. The cases hold the facts; `description` returns the message.
package struct UsageError: Error, Equatable {
    /// The error. `form` is the notation of the option or operand, such as `--config FILE`.
    package enum Problem: Equatable, Sendable {
        case unknownCommand(String, nearest: String?)
        /// Only the group of a two-word command was given. `words` are the possible second words.
        case incompleteCommand(String, _ words: [String])
        case unknownOption(String, nearest: String?)
        case missingValue(form: String)
        case unexpectedValue(form: String, value: String)
        case badValue(place: String, value: String, expected: String, nearest: String?)
        case repeatedOption(form: String)
        case exclusiveOptions(String, String)
        case missingOption(form: String)
        case missingOperand(form: String)
        case unexpectedOperand(String, form: String)
        case misuse(String)
    }

    /// The command, or nil if the error occurred before its name.
    package let command: String?
    package let problem: Problem

    package init(_ command: String?, _ problem: Problem) {
        self.command = command
        self.problem = problem
    }
}

extension UsageError: CustomStringConvertible {
    /// The offending text, the expected form and the nearest spelling, in one line.
    package var description: String {
        switch problem {
        case .unknownCommand(let name, let nearest):
            "unknown command \(quoted(name))" + suggestion(nearest)
        case .incompleteCommand(let word, let words):
            "'\(word)' needs a subcommand: \(Wording.choice(words))"
        case .unknownOption(let name, let nearest):
            "unknown option \(quoted(name))" + suggestion(nearest)
        case .badValue(let place, let value, let expected, let nearest):
            "\(place): \(quoted(value)) is not \(expected)" + suggestion(nearest)
        case .missingValue(let form): "option needs a value: \(form)"
        case .unexpectedValue(let form, let value):
            "option \(form) takes no value, but was given \(quoted(value))"
        case .repeatedOption(let form): "option given more than once: \(form)"
        case .exclusiveOptions(let first, let second):
            "options --\(first) and --\(second) cannot be combined"
        case .missingOption(let form): "missing option: \(form)"
        case .missingOperand(let form): "missing operand: \(form)"
        case .unexpectedOperand(let text, let form):
            "unexpected operand \(quoted(text)); expected: \(form)"
        case .misuse(let words): words
        }
    }

    private func quoted(_ text: String) -> String {
        "'\(text.withVisibleControls)'"
    }

    private func suggestion(_ nearest: String?) -> String {
        nearest.map { "; did you mean '\($0)'?" } ?? ""
    }
}

/// Helpers that build sentences.
enum Wording {
    /// Returns `a`, `a or b`, or `a, b or c`.
    static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Wraps words into lines of at most `width` characters.
    ///
    /// Every line except the first is indented by `indent` spaces. A word that is too long gets a
    /// line of its own.
    static func wrap(_ words: [String], width: Int, indent: Int) -> String {
        var lines: [String] = []
        for word in words {
            if let line = lines.last, line.count + 1 + word.count <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                let margin = lines.isEmpty ? 0 : indent
                lines.append(String(repeating: " ", count: margin) + word)
            }
        }
        return lines.joined(separator: "\n")
    }
}
