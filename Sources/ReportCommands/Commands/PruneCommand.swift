import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Settings
import Storage

/// `prune`: deletes old attempts and keeps their counts.
enum PruneCommand: Command {
    static let description = CommandDescription(
        name: "prune", summary: "Deletes old attempts and keeps the counts of reports.",
        discussion: [
            "Deletes callbacks whose last attempt is older than the limit, and keeps the counts. "
                + "Records from before the limit, rounded down to a UTC day, are rejected from then on. "
                + "The command keeps unfinished callbacks, and callbacks that the gateway can still "
                + "resend (until 'retention' has passed)."
        ],
        options: [
            .value(
                "older-than", "DAYS",
                help: "Age limit, such as 90d (default: 'retention' in the "
                    + "configuration)."),
            ClockCheck.option,
        ],
        examples: [.init("callback-reports prune --older-than 90d", "keep 90 days")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let retention = try retention(context, configuration)
        let store = try Store(existing: configuration)
        if let words = try ClockCheck(context, configuration, store, isPruning: true).refusal() {
            throw CommandFailure(.temporaryFailure, words)
        }
        let limit = context.clock().advanced(seconds: -Int64(retention.days) * 86_400)
        let bar = ProgressBar(
            "prune", total: nil, of: .records, on: context.console, clock: context.stopwatch)
        let pruned = try store.log.prune(before: limit) { bar.update(done: $0) }
        bar.finish()
        let before = try store.log.prunedBefore() ?? limit
        context.console.print(
            "pruned \(count(pruned.attempts, "attempt")) of callbacks that ended before "
                + "\(before.rfc3339)")
        if pruned.kept > 0 {
            context.console.print(
                "kept \(count(pruned.kept, "older callback")): unfinished, or still in the gateway's queue"
            )
        }
        return .success
    }

    private static func retention(
        _ context: Context, _ configuration: Configuration
    ) throws -> Retention {
        if let text = context.arguments.value("older-than") {
            guard let retention = Retention(text) else {
                throw context.arguments.invalid(
                    "older-than", expected: "a number of days, such as 90d")
            }
            return retention
        }
        guard let retention = configuration.retention else {
            throw context.arguments.misuse(
                "provide --older-than DAYS, or set 'retention' in \(configuration.file)")
        }
        return retention
    }
}
