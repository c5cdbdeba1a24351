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
