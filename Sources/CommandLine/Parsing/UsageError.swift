/// A command line that the program cannot take, as facts; `description` has the words.
package struct UsageError: Error, Equatable {
    /// What is wrong; `form` is how the option is written, `--config FILE`.
    package enum Problem: Equatable, Sendable {
        case unknownCommand(String, nearest: String?)
        /// The first word of commands that have two; `words` are what may follow it.
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

    /// The command that was being read; nil before one was named.
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
            "'\(word)' needs a second word: \(Wording.choice(words))"
        case .unknownOption(let name, let nearest):
            "unknown option \(quoted(name))" + suggestion(nearest)
        case .badValue(let place, let value, let expected, let nearest):
            "\(place): \(quoted(value)) is not \(expected)" + suggestion(nearest)
        case .missingValue(let form): "option needs a value: \(form)"
        case .unexpectedValue(let form, let value):
            "option \(form) takes no value, but was given \(quoted(value))"
        case .repeatedOption(let form): "option given more than once: \(form)"
        case .exclusiveOptions(let first, let second):
            "options --\(first) and --\(second) exclude one another"
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
