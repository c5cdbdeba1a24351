import CTimex
package import CivilTime
package import CommandLine
import Glibc
package import Settings

/// Everything that a command gets from outside: arguments, streams, environment variables and
/// clock.
package struct Context {
    package let arguments: Arguments
    package let console: Console
    package let environment: [String: String]
    package let workingDirectory: String
    /// Returns the current time. This is the only clock; lower modules receive instants.
    package let clock: @Sendable () -> Instant
    /// Returns the time since an arbitrary fixed point. Used for progress.
    package let stopwatch: () -> Duration
    /// Whether the kernel reports that the clock is synchronized.
    package let isClockSynchronized: @Sendable () -> Bool

    init(arguments: Arguments, _ process: ProcessEnvironment) {
        self.arguments = arguments
        console = process.console
        environment = process.environment
        workingDirectory = process.workingDirectory
        clock = process.clock
        stopwatch = process.stopwatch
        isClockSynchronized = process.isClockSynchronized
    }

    package var zones: ZoneDatabase { ZoneDatabase(environment: environment) }

    /// Reads and validates the configuration.
    package func configuration() throws -> Configuration {
        try configurationReader()
    }

    /// A function that reads the current configuration. It can be called on any thread.
    package var configurationReader: @Sendable () throws -> Configuration {
        let locator = ConfigurationLocator(
            flag: arguments.value("config"), environment: environment,
            workingDirectory: workingDirectory)
        return { [zones] in try Configuration(reading: locator.read(), zones: zones) }
    }

    /// Reads the configuration and prints a line to standard error for each company that an error
    /// excludes.
    package func configurationReportingErrors() throws -> Configuration {
        let configuration = try configuration()
        for line in configuration.diagnosticLines { console.say(line, as: .error) }
        return configuration
    }

    /// Reads the configuration, prints its errors, and also warns about each configuration file
    /// that other users can change.
    ///
    /// For commands that run unattended.
    package func configurationWithWarnings() throws -> Configuration {
        let configuration = try configurationReportingErrors()
        for line in configuration.warnings { console.say("warning: \(line)", as: .warning) }
        return configuration
    }

    /// Returns the absolute form of a path from the command line.
    package func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }

    /// Returns the absolute form of a directory path, without a trailing slash.
    package func directory(_ path: String) -> String {
        if path == "." { return workingDirectory }
        let absolute = absolute(path)
        return absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }
}

/// Everything that a program gets from outside except for its arguments.
package struct ProcessEnvironment {
    let environment: [String: String]
    /// The absolute path that relative paths are resolved against.
    let workingDirectory: String
    let console: Console
    /// Returns the current time. Nothing below the command layer reads a clock.
    let clock: @Sendable () -> Instant
    /// Returns the time since an arbitrary fixed point. Used for progress and leases.
    let stopwatch: () -> Duration
    /// Whether the kernel reports that the clock is synchronized.
    let isClockSynchronized: @Sendable () -> Bool

    package init(
        environment: [String: String], workingDirectory: String, console: Console,
        clock: @escaping @Sendable () -> Instant, stopwatch: @escaping () -> Duration,
        isClockSynchronized: @escaping @Sendable () -> Bool
    ) {
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.console = console
        self.clock = clock
        self.stopwatch = stopwatch
        self.isClockSynchronized = isClockSynchronized
    }

    /// Returns the environment of this process. Call it once, at startup; nothing else reads these
    /// values.
    package static func ofProcess() -> ProcessEnvironment {
        let environment = processEnvironment()
        return ProcessEnvironment(
            environment: environment, workingDirectory: processDirectory(),
            console: .standard(environment: environment), clock: now, stopwatch: elapsed,
            isClockSynchronized: isKernelClockSynchronized)
    }

    /// Returns the time of the system clock.
    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whether the clock is synchronized by NTP or similar, according to the kernel.
    ///
    /// If the kernel does not answer, as in some sandboxes, the clock counts as synchronized. See
    /// https://man7.org/linux/man-pages/man2/adjtimex.2.html.
    private static func isKernelClockSynchronized() -> Bool {
        var state = timex()
        let answer = adjtimex(&state)
        return answer < 0 || answer != TIME_ERROR && state.status & STA_UNSYNC == 0
    }

    /// Returns the time since boot, which is independent of changes to the clock.
    private static func elapsed() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private static func processDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<sign])] = String(text[text.utf8.index(after: sign)...])
            }
            next += 1
        }
        return variables
    }
}

/// A command of a program: its description and its implementation.
///
///     enum PingCommand: Command {
///         static let description = CommandDescription(name: "ping", summary: "Print pong.")
///
///         static func run(_ context: Context) throws -> ExitStatus {
///             context.console.print("pong")
///             return .success
///         }
///     }
package protocol Command {
    /// The name, options, operands and help of the command.
    static var description: CommandDescription { get }

    /// Runs the command and returns the exit status of the program.
    ///
    /// - Parameter context: The parsed arguments and everything that the command gets from its
    ///   environment.
    /// - Throws: Any error. ``Failure`` prints its description and determines its exit status.
    static func run(_ context: Context) throws -> ExitStatus
}

/// A command-line program that consists of commands. All commands share the option `--config`, and
/// all programs have the commands `completion` and `manual`.
package struct CommandLineTool {
    /// Returns the values of an option or operand that only the program knows.
    ///
    /// - Parameters:
    ///   - name: The name of the option or operand, such as `profile`.
    ///   - context: The arguments before the word.
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
    ///   - arguments: The arguments without the program name.
    ///   - process: The environment, the working directory, the console and the clocks.
    /// - Returns: The exit status for the process.
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
