import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Settings
import Storage
import StorageErrors

/// `failures`: lists failed callbacks.
enum FailuresCommand: Command {
    static let description = CommandDescription(
        name: "failures", summary: "Lists the failed callbacks of a period.",
        discussion: [
            "Prints one callback per line, oldest first, with the fields that 'import' reads, so that "
                + "you can replay them. NDJSON is exact. CSV is for spreadsheets: a cell that a "
                + "spreadsheet would run as a formula starts with an apostrophe.",
            "Callbacks that 'prune' deleted cannot be listed. A warning says how many there were.",
        ],
        options: PeriodChoice.options + [
            PeriodChoice.end,
            .flag("retrying", help: "Also list callbacks that are still being retried."),
            AttemptOptions.format,
        ] + AttemptOptions.all,
        exclusive: PeriodChoice.exclusive + [["frequency", "to"]],
        examples: [
            .init(
                "callback-reports failures --company HXXXXXXX071IN --frequency daily",
                "the failures in the last daily report"),
            .init(
                "callback-reports failures --company HXXXXXXX071IN --profile IN_a \\\n"
                    + "      --reason timeout --from 2026-11-24 --to 2026-11-25",
                "the timeouts of one profile on a day"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let store = try Store(existing: configuration)
        let choice = try PeriodChoice(context, configuration, store)
        let lines = AttemptLines(format: AttemptOptions.format(context.arguments))
        var filter = AttemptOptions.filter(context.arguments)
        filter.company = choice.company.sid
        try AttemptOptions.warnOfUnknown(filter, in: store.log, context)
        let output = context.console.output
        output.write(lines.header())
        let pruned = try store.log.consistently { () throws(StorageError) in
            try store.log.forEachFailure(
                company: choice.company.sid, in: choice.period,
                includingRetrying: context.arguments.flag("retrying"), matching: filter
            ) { output.write(lines.line($0)) }
            return (
                failures: try store.log.unlistedFailures(
                    company: choice.company.sid, in: choice.period),
                limit: try store.log.prunedBefore()
            )
        }
        let isFiltered = filter != AttemptFilter(company: choice.company.sid)
        let scope = isFiltered ? ", of all profiles, channels and reasons," : ""
        if pruned.failures > 0, let limit = pruned.limit {
            context.console.say(
                "\(count(pruned.failures, "failed callback")) of this period\(scope) cannot be listed: "
                    + "attempts from before \(limit.rfc3339) were deleted by 'prune' or 'retention'",
                as: .warning)
        }
        return .success
    }
}
