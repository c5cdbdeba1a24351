import CivilTime
import CommandLine
import Commands
import Glibc
import ReportDelivery
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
            "A run whose clock is far ahead of earlier runs and records sends, schedules and drops "
                + "nothing until a run an hour later agrees: after more than a week, or after more "
                + "than a day while the system's clock is not synchronized. '--now' may go on "
                + "by a week at a time, or further with '--accept-clock'.",
        ],
        options: [
            .value(
                "now", "TIME",
                help: "Run as though it were then, ledger and all: for trying a "
                    + "schedule out on a copy."),
            .flag("dry-run", help: "Only say what would be sent; change nothing."),
            ClockCheck.option,
        ],
        examples: [
            .init("callback-reports run", "as cron calls it, every five minutes"),
            .init("callback-reports run --dry-run", "what would be due now"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        // A terminal that closes must not stop a run half-way: a mail could then be sent twice.
        signal(SIGHUP, SIG_IGN)
        let configuration = try context.configurationWithWarnings()
        let now = try context.time("now", for: configuration)
        if context.arguments.flag("dry-run") {
            return try DryRun(context, configuration, simulated: now).run()
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
        let faults = try store.clockFaults(at: now ?? context.clock())
        let clock = context.tell(faults.filter { $0.isSaid(byRunAt: now ?? context.clock()) })
        guard !faults.contains(where: \.stopsRuns) else { return clock }
        let session = try RunSession(context, configuration, store, now: now)
        let sources = try SourceReading.read(
            configuration, store, now: now ?? context.clock(), context)
        // Not before the sources are read: new records confirm the clock.
        if let words = try ClockCheck(context, configuration, store, simulated: now).refusal() {
            context.console.say(words)
            return ExitStatus.gravest([sources, .temporaryFailure])
        }
        try SourceReading.forgetOld(configuration, store, now: now ?? context.clock())
        try session.run.perform()
        let invalidCompanies: ExitStatus =
            configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
        let status = ExitStatus.gravest([sources, session.status, invalidCompanies, clock])
        try store.ledger.recordRun(
            finishedAt: now ?? context.clock(), status: Int(status.rawValue))
        return status
    }
}
