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
