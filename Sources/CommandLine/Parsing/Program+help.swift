extension Program {
    /// The maximum length of a help line. Only examples can be longer.
    private static let width = 80

    /// Returns the help of a command, or of the program if the command is nil.
    func help(of command: CommandDescription? = nil) -> String {
        let paragraphs = command.map(paragraphs) ?? paragraphs
        return paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var paragraphs: [String] {
        [
            "Usage: \(name) COMMAND [OPTIONS]",
            prose(summary),
            table("Commands:", allCommands.map { ($0.name, $0.summary) }),
            optionTable(optionsEverywhere),
            prose("Run '\(name) help COMMAND' for the help of a command."),
        ]
    }

    private func paragraphs(_ command: CommandDescription) -> [String] {
        [usage(of: command), prose(command.summary)]
            + command.discussion.map(prose) + [
                table("Operands:", command.operands.map { ($0.name, $0.help) }),
                optionTable(command.options + optionsEverywhere.dropLast()),
                examples(command.examples),
            ]
    }

    private func usage(of command: CommandDescription) -> String {
        let start = "Usage: \(name) \(command.name)"
        let options = command.options.map { option in
            (option.isRequired ? option.form : "[\(option.form)]")
                + (option.isRepeatable ? "..." : "")
        }
        let words = [start] + options + command.operands.map(\.form)
        return Wording.wrap(words, width: Self.width, indent: 7)
    }

    private func optionTable(_ options: [OptionDescription]) -> String {
        let rows = options.map { option in
            let form = option.name == "help" ? "-h, --help" : option.form
            guard !option.allowedValues.isEmpty else { return (form, option.help) }
            return (form, "\(option.help) One of \(Wording.choice(option.allowedValues)).")
        }
        return table("Options:", rows)
    }

    /// Returns a table of two columns. A long left cell gets a line of its own.
    private func table(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let column = min(26, (rows.map(\.0.count).max() ?? 0) + 4)
        let lines = rows.map { left, right in
            let fits = left.count + 4 <= column
            let padding = String(repeating: " ", count: fits ? column - left.count - 2 : column)
            let words = right.split(separator: " ").map(String.init)
            let text = Wording.wrap(words, width: Self.width - column, indent: 0)
            let block = text.split(separator: "\n")
                .joined(separator: "\n" + String(repeating: " ", count: column))
            return "  \(left)\(fits ? "" : "\n")\(padding)\(block)"
        }
        return ([title] + lines).joined(separator: "\n")
    }

    private func examples(_ examples: [CommandDescription.Example]) -> String {
        guard !examples.isEmpty else { return "" }
        let lines = examples.map { "  \($0.line)\n      \($0.meaning)" }
        return (["Examples:"] + lines).joined(separator: "\n")
    }

    private func prose(_ text: String) -> String {
        let words = text.split(separator: " ").map(String.init)
        return Wording.wrap(words, width: Self.width, indent: 0)
    }
}
