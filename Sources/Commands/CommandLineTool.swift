import CivilTime
package import CommandLine
import Settings

/// A command-line program that consists of commands. All commands share the option `--config`, and
/// all programs have the commands `completion` and `manual`.
package struct CommandLineTool {
    /// Returns the values of an option or operand that only the program knows.
    ///
    /// - Parameters:
    ///   - name: the name of the option or operand, such as `profile`.
    ///   - context: the arguments before the word.
    package typealias ValueCompletion =
        (_ name: String, _ context: Context) throws -> [Completion.Candidate]

    private let name: String
    private let summary: String
    private let version: String
    private let commands: [any Command.Type]
    private let values: ValueCompletion

    package init(
        name: String, summary: String, version: String, commands: [any Command.Type],
        completingValues values: @escaping ValueCompletion = { _, _ in [] }
    ) {
        (self.name, self.summary, self.version) = (name, summary, version)
        self.commands = commands
        self.values = values
    }

    /// Runs the command that the arguments name.
    ///
    /// - Parameters:
    ///   - arguments: the arguments without the program name.
    ///   - process: the environment, the working directory, the console and the clocks.
    /// - Returns: the exit status for the process.
    package func run(_ arguments: [String], in process: ProcessEnvironment) -> ExitStatus {
        let program = program(environment: process.environment)
        let console = process.console
        if arguments.first == Self.completionRequest {
            complete(Array(arguments.dropFirst()), of: program, in: process)
            return console.finish(.success)
        }
        let status: ExitStatus
        switch program.begin(arguments, on: console) {
        case .done(let ended): status = ended
        case .command(let arguments):
            status = run(Context(arguments: arguments, process), of: program)
        }
        return console.finish(status)
    }

    private func run(_ context: Context, of program: Program) -> ExitStatus {
        let name = context.arguments.command
        if let status = runBuiltIn(context, of: program) { return status }
        guard let command = commands.first(where: { $0.description.name == name }) else {
            return .internalError
        }
        do {
            return try command.run(context)
        } catch {
            return Failure.report(error, by: program, on: context.console)
        }
    }

    /// Runs `completion` or `manual`. Returns `nil` for other commands.
    private func runBuiltIn(_ context: Context, of program: Program) -> ExitStatus? {
        switch context.arguments.command {
        case "completion":
            do {
                try CompletionCommand.run(context.arguments, of: name, on: context.console)
            } catch {
                return Failure.report(error, by: program, on: context.console)
            }
        case "manual": context.console.output.write(program.manualPage(version: version))
        default: return nil
        }
        return .success
    }

    // MARK: Completion

    /// The first argument with which the scripts of the shells call the program.
    private static let completionRequest = "__complete"

    /// Prints what a shell can insert for the last word. Errors print nothing, because the user is
    /// typing.
    private func complete(_ words: [String], of program: Program, in process: ProcessEnvironment) {
        var (completion, arguments) = program.completion(of: words)
        if let name = completion.unknownValue {
            let context = Context(arguments: arguments, process)
            completion.add((try? candidates(for: name, context)) ?? [])
        }
        process.console.output.write(completion.lines)
    }

    private func candidates(
        for name: String, _ context: Context
    ) throws -> [Completion.Candidate] {
        switch name {
        case "company":
            let configuration = try context.configuration()
            return configuration.companies.map { .init($0.sid, $0.name) }
                + configuration.invalidCompanies.compactMap { $0.sid.map { .init($0) } }
        case "SHELL": return Shell.names.map { .init($0) }
        default: return try values(name, context)
        }
    }

    private func program(environment: [String: String]) -> Program {
        let line = "\(name) \(version)"
        return Program(
            name: name, summary: summary,
            version: {
                let release = ZoneDatabase(environment: environment).version ?? "unknown"
                return "\(line) (tz database \(release))"
            },
            commands: commands.map { $0.description } + [
                CompletionCommand.description(of: name), ManualCommand.description(of: name),
            ],
            sharedOptions: [
                .value(
                    "config", "FILE",
                    help: "Read this configuration file instead of the default one.")
            ])
    }
}
