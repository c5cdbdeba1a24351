import CivilTime
import CommandLine
import Commands
import ReportDelivery
import Settings
import Storage

/// `run`: the cron job.
enum RunCommand: Command {
    static let description = CommandDescription(
        name: "run", summary: "Imports the sources and emails every due report. Run it from cron.",
        discussion: [
            "Prints a line for each action, and nothing if there is nothing to do. Concurrent runs "
                + "are safe: each report is sent once.",
            "The first run after you enable a report sends nothing. The first report is sent when "
                + "it is next due.",
            "If the clock is far ahead of earlier runs and records, the run sends, schedules and "
                + "prunes nothing until a run an hour later agrees. This applies if the clock is "
                + "more than eight days ahead (or 'catchUp' plus one day, if that is more; at most "
                + "32 days), or more than a day while the kernel reports that the clock is not "
                + "synchronized. '--now' can advance by a week at a time, or further with "
                + "'--accept-clock'.",
        ],
        options: [
            .value(
                "now", "TIME",
                help: "Run as if it were this time. The run changes the database, so use a copy to "
                    + "try out a schedule."),
            .flag("dry-run", help: "Print what the run would send, without changing anything."),
            ClockCheck.option,
        ],
        examples: [
            .init("callback-reports run", "every five minutes, from cron"),
            .init("callback-reports run --dry-run", "show what is due now"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
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
        let store = try Store(creating: configuration, context)
        let mark = try RunMark(in: store.ledger, at: now ?? context.clock())
        do {
            return try work(context, configuration, now, store, mark)
        } catch {
            mark.fail(error, at: now ?? context.clock())
            throw error
        }
    }

    private static func work(
        _ context: Context, _ configuration: Configuration, _ now: Instant?, _ store: Store,
        _ mark: RunMark
    ) throws -> ExitStatus {
        let faults = try store.clockFaults(at: now ?? context.clock())
        let clock = context.printFaults(
            faults.filter { $0.isReported(byRunAt: now ?? context.clock()) })
        guard !faults.contains(where: \.stopsRuns) else {
            try mark.withdraw()
            return clock
        }
        let session = try RunSession(
            context, configuration, store, now: now,
            isClockAccepted: context.arguments.flag("accept-clock"))
        let sources = try SourceReading.read(
            configuration, store, now: now ?? context.clock(), context)
        // Check the clock after reading the sources, because new records confirm it.
        if let words = try ClockCheck(context, configuration, store, simulated: now).refusal() {
            context.console.say(words, as: .error)
            try mark.withdraw()
            return ExitStatus.mostSevere([sources, .temporaryFailure])
        }
        try SourceReading.forgetOld(configuration, store, now: now ?? context.clock())
        try session.run.perform()
        let invalidCompanies: ExitStatus =
            configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
        let status = ExitStatus.mostSevere([sources, session.status, invalidCompanies, clock])
        try mark.finish(at: now ?? context.clock(), status)
        return status
    }
}
