/// A program as values: its commands, and the options that all of them share.
package struct Program: Sendable {
    package let name: String
    /// One short sentence, for the head of the help.
    package let summary: String
    /// Makes the text of `--version`, when it is asked for.
    package let version: @Sendable () -> String
    package let commands: [CommandDescription]
    /// Options with a place before the command and after it.
    package let sharedOptions: [OptionDescription]

    /// `--help` and `--version` need not be named: every program has them.
    package init(
        name: String, summary: String, version: @escaping @Sendable () -> String,
        commands: [CommandDescription], sharedOptions: [OptionDescription] = []
    ) {
        self.name = name
        self.summary = summary
        self.version = version
        self.commands = commands
        self.sharedOptions = sharedOptions
    }

    /// What is left to do after `begin`.
    package enum Beginning: Sendable {
        /// Run the command that the arguments name.
        case command(Arguments)
        /// Nothing: help, version or an error has been printed.
        case done(ExitStatus)
    }

    /// Reads the arguments (without the program's own name) and answers what needs no command.
    package func begin(_ arguments: [String], on console: Console) -> Beginning {
        do {
            switch try parse(arguments) {
            case .command(let arguments): return .command(arguments)
            case .help(let text): console.output.write(text)
            case .version: console.output.write(version() + "\n")
            case .nothing:
                console.errors.write(help())
                return .done(.usage)
            }
            return .done(.success)
        } catch {
            return .done(report(error, on: console))
        }
    }

    /// Prints a usage error, and where its help is, to standard error.
    package func report(_ error: UsageError, on console: Console) -> ExitStatus {
        let command = error.command.map { "\(name) \($0)" } ?? name
        console.say("\(command): \(error)")
        console.say("See '\(command) --help'.")
        return .usage
    }
}
