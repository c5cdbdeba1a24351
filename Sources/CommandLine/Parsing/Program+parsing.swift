import TextSupport

extension Program {
    /// The request that a command line makes.
    enum Request: Sendable {
        case command(Arguments)
        /// The help that the user asked for, as text.
        case help(String)
        case version
        /// No command and no option was given.
        case empty
    }

    /// Parses a command line. `--help` and `--version` take precedence over everything else.
    func parse(_ arguments: [String]) throws(UsageError) -> Request {
        var reader = ArgumentReader(arguments, of: self)
        do {
            try reader.read()
        } catch {
            if case .unknownCommand = error.problem { throw error }
            guard Self.asks(arguments, for: "--help", "-h") else { throw error }
        }
        if Self.asks(arguments, for: "--help", "-h") { return .help(help(of: reader.command)) }
        if Self.asks(arguments, for: "--version") { return .version }
        guard let command = reader.command else {
            guard let group = reader.group else { return .empty }
            throw incomplete(group)
        }
        let read = try reader.arguments(of: command)
        guard command.name == Self.helpCommand.name else { return .command(read) }
        guard !read.operands.isEmpty else { return .help(help()) }
        let topic = read.operands.joined(separator: " ")
        guard subcommands(of: topic).isEmpty else { throw incomplete(topic) }
        return .help(help(of: try self.command(named: topic)))
    }

    /// Returns the command with a name.
    ///
    /// - Throws: ``UsageError`` with the nearest name, if the command does not exist.
    func command(named name: String) throws(UsageError) -> CommandDescription {
        guard let command = allCommands.first(where: { $0.name == name }) else {
            let nearest = nearestSpelling(of: name, in: candidates(for: name))
            throw UsageError(nil, .unknownCommand(name, nearest: nearest))
        }
        return command
    }

    /// Returns the second words of all commands of a group.
    func subcommands(of word: String) -> [String] {
        allCommands.map(\.name).filter { $0.hasPrefix(word + " ") }
            .map { String($0.dropFirst(word.count + 1)) }
    }

    /// Returns the names to suggest for a mistyped name of one or two words.
    private func candidates(for name: String) -> [String] {
        let names = allCommands.map(\.name)
        return name.contains(" ") ? names : names.map { String($0.prefix { $0 != " " }) }
    }

    private func incomplete(_ group: String) -> UsageError {
        UsageError(nil, .incompleteCommand(group, subcommands(of: group)))
    }

    var allCommands: [CommandDescription] {
        commands + [Self.helpCommand]
    }

    var optionsEverywhere: [OptionDescription] {
        sharedOptions + [
            .flag("help", help: "Print this help."),
            .flag("version", help: "Print the version."),
        ]
    }

    private static let helpCommand = CommandDescription(
        name: "help", summary: "Prints the help of a command.",
        operands: [OperandDescription("COMMAND", .any, help: "The command to explain.")])

    private static func asks(_ arguments: [String], for names: String...) -> Bool {
        arguments.prefix { $0 != "--" }.contains { names.contains($0) }
    }
}

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
