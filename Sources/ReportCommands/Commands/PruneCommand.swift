import CommandLine
import Commands
import DeliveryLog
import Settings
import Storage

/// `prune`: old attempts go, their counts stay.
enum PruneCommand: Command {
    static let description = CommandDescription(
        name: "prune", summary: "Drops old attempts; reports of their time stay exact.",
        discussion: [
            "Whole callbacks go whose last attempt is older than the limit; the counts stay. From "
                + "then on records from before the limit, rounded down to a UTC day, are refused. "
                + "Callbacks that are not over stay, and those that the gateway can send again, "
                + "which it can for 'retention'."
        ],
        options: [
            .value(
                "older-than", "DAYS",
                help: "Such as 90d; 'retention' of the configuration "
                    + "when absent."),
            ClockCheck.option,
        ],
        examples: [.init("callback-reports prune --older-than 90d", "keep a quarter of a year")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let retention = try retention(context, configuration)
        let store = try Store(existing: configuration)
        if let words = try ClockCheck(context, configuration, store).refusal() {
            throw CommandFailure(.temporaryFailure, words)
        }
        let limit = context.clock().advanced(seconds: -Int64(retention.days) * 86_400)
        let bar = ProgressBar(
            "prune", total: nil, of: .records, on: context.console, clock: context.stopwatch)
        let pruned = try store.log.prune(before: limit) { bar.update(done: $0) }
        bar.finish()
        let before = try store.log.prunedBefore() ?? limit
        context.console.print(
            "dropped \(count(pruned.attempts, "attempt")) from before \(before.rfc3339)")
        if pruned.kept > 0 {
            context.console.print(
                "kept \(count(pruned.kept, "older callback")): not over, or still in the gateway's queue"
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
                "give --older-than DAYS, or set 'retention' in \(configuration.file)")
        }
        return retention
    }
}
