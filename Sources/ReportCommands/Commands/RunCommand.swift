import CivilTime
import CommandLine
import Commands
import ReportRuns
import SQLite
import Scheduling
import Settings

/// `run`: the cron job.
enum RunCommand: Command {
    static let description = CommandDescription(
        name: "run", summary: "Reads the sources and mails every report that is due: the cron job.",
        discussion: [
            "Prints a line for each thing it did, and nothing when there was nothing to do. Any "
                + "number of runs may go on at once: each report is sent once.",
            "The first run that sees a report enabled sends nothing; the first report is for the "
                + "first time it is due after that.",
        ],
        options: [
            .value(
                "now", "TIME",
                help: "Run as though it were then, ledger and all: for trying a "
                    + "schedule out on a copy."),
            .flag("dry-run", help: "Only say what would be sent; change nothing."),
        ],
        examples: [
            .init("callback-reports run", "as cron calls it, every five minutes"),
            .init("callback-reports run --dry-run", "what would be due now"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configurationWithWarnings()
        let now = try context.time("now", for: configuration)
        if context.arguments.flag("dry-run") {
            return try DryRun(context, configuration, now: now ?? context.clock()).run()
        }
        var status = ExitStatus.internalError
        defer { Heartbeat.send(status, configuration, context) }
        do {
            status = try work(context, configuration, now)
        } catch {
            status = Failure.status(of: error)
            throw error
        }
        return status
    }

    private static func work(
        _ context: Context, _ configuration: Configuration, _ now: Instant?
    ) throws -> ExitStatus {
        let store = try Store(configuration)
        let session = try RunSession(context, configuration, store, now: now)
        let sources = try SourceReading.read(
            configuration, store, now: now ?? context.clock(), context)
        try session.run.perform()
        let heldUp: ExitStatus = configuration.heldUp.isEmpty ? .success : .badConfiguration
        let status = ExitStatus.gravest([sources, session.status, heldUp])
        try store.ledger.recordRun(
            finishedAt: now ?? context.clock(), status: Int(status.rawValue))
        return status
    }
}
