import CivilTime
package import CommandLine
import Settings

/// A command-line program that consists of commands. All commands share the option `--config`.
package struct CommandLineTool {
    private let name: String
    private let summary: String
    private let version: String
    private let commands: [any Command.Type]

    package init(
        name: String, summary: String, version: String, commands: [any Command.Type]
    ) {
        (self.name, self.summary, self.version) = (name, summary, version)
        self.commands = commands
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
        guard let command = commands.first(where: { $0.description.name == name }) else {
            return .internalError
        }
        do {
            return try command.run(context)
        } catch {
            return Failure.report(error, by: program, on: context.console)
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
            commands: commands.map { $0.description },
            sharedOptions: [
                .value(
                    "config", "FILE",
                    help: "Read this configuration file instead of the default one.")
            ])
    }
}
