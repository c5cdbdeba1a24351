/// The declaration of a program: its commands, and the options that they share.
package struct Program: Sendable {
    package let name: String
    /// One short sentence for the first line of the help.
    package let summary: String
    /// Returns the text of `--version`. It is called only if the user asks for the version.
    package let version: @Sendable () -> String
    package let commands: [CommandDescription]
    /// Options that are allowed before and after the command.
    package let sharedOptions: [OptionDescription]

    /// Creates a program. `--help` and `--version` are added automatically.
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

    /// The work that remains after `begin`.
    package enum ParseResult: Sendable {
        /// Run the command with these arguments.
        case command(Arguments)
        /// Nothing: help, version or an error was printed. Exit with this status.
        case done(ExitStatus)
    }

    /// Parses the arguments, and prints the help, the version or a usage error.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program name.
    ///   - console: The console to print to.
    package func begin(_ arguments: [String], on console: Console) -> ParseResult {
        do {
            switch try parse(arguments) {
            case .command(let arguments): return .command(arguments)
            case .help(let text): console.output.write(text)
            case .version: console.output.write(version() + "\n")
            case .empty:
                console.errors.write(help())
                return .done(.usage)
            }
            return .done(.success)
        } catch {
            return .done(report(error, on: console))
        }
    }

    /// Prints a usage error and a pointer to the help to standard error.
    package func report(_ error: UsageError, on console: Console) -> ExitStatus {
        let command = error.command.map { "\(name) \($0)" } ?? name
        console.say("\(command): \(error)", as: .error)
        console.say("See '\(command) --help'.")
        return .usage
    }
}
