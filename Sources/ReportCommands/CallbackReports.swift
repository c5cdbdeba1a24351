package import CivilTime
package import CommandLine
import Settings

/// The program `callback-reports`.
package enum CallbackReports {
    package static let version = "1.0.0"

    private static var commands: [any Command.Type] {
        [
            RunCommand.self, ReportCommand.self, ImportCommand.self, RecordCommand.self,
            ScheduleCommand.self, HistoryCommand.self, ShowCommand.self, ResendCommand.self,
            FailuresCommand.self, HealthCommand.self, CheckCommand.self, VerifyCommand.self,
            PruneCommand.self, InitCommand.self, DemoCommand.self,
        ]
    }

    /// Runs the command that the arguments name, and returns what the process is to end with.
    ///
    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - workingDirectory: absolute, for relative paths.
    ///   - clock: tells the time; nothing below reads another one.
    ///   - stopwatch: time since any instant, for progress and leases.
    package static func main(
        _ arguments: [String], environment: [String: String], workingDirectory: String,
        console: Console, clock: @escaping () -> Instant, stopwatch: @escaping () -> Duration
    ) -> ExitStatus {
        let program = program(environment: environment)
        let status: ExitStatus
        switch program.begin(arguments, on: console) {
        case .done(let ended): status = ended
        case .command(let arguments):
            let context = Context(
                arguments: arguments, console: console, environment: environment,
                workingDirectory: workingDirectory, clock: clock, stopwatch: stopwatch)
            status = run(context, of: program)
        }
        return console.finish(status)
    }

    private static func run(_ context: Context, of program: Program) -> ExitStatus {
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

    private static func program(environment: [String: String]) -> Program {
        Program(
            name: "callback-reports",
            summary: "Reports by mail how many callbacks were delivered and how many failed.",
            version: {
                let release = ZoneDatabase(environment: environment).version ?? "unknown"
                return "callback-reports \(version) (tz database \(release))"
            },
            commands: commands.map { $0.description },
            sharedOptions: [
                .value("config", "FILE", help: "The configuration, in place of the usual ones.")
            ])
    }
}
