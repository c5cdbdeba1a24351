import CivilTime
import CommandLine
import Commands
import DeliveryLog
import ReportDelivery
import Settings
import Storage

/// `repair clock`: undoes what a run with a wrong clock left behind.
enum RepairClockCommand: Command {
    static let description = CommandDescription(
        name: "repair clock", summary: "Undoes the effects of a run whose clock was ahead.",
        discussion: [
            "Set the clock first. The command resets times that are in the future: the prune limit to "
                + "the time of the last pruned attempt, and each report series to the last report "
                + "whose period has ended. It deletes reports of periods that have not ended, and makes "
                + "skipped reports due again. It names the deleted reports that were already sent, so "
                + "that you can inform their recipients: each is sent again when its period has ended. "
                + "Pruned attempts cannot be restored, but their counts are kept; if their callbacks "
                + "were not counted, import them again from your logs."
        ],
        options: [ClockCheck.option],
        examples: [.init("callback-reports repair clock", "after you set the clock")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let store = try Store(existing: configuration)
        let now = context.clock()
        try checkClock(context, store, now)
        var lines = try repairLog(store, now)
        let repair = try store.ledger.setBack(to: now)
        lines += words(repair) + sent(repair.sent, configuration)
        if try ClockGuard(store.log).setBack(to: now) {
            lines.append("discarded the clock readings of earlier runs")
        }
        if lines.isEmpty { lines = ["no times in the future; nothing to repair"] }
        for line in lines { context.console.print("clock: \(line)".withVisibleControls) }
        if let found = try store.log.attemptsInFuture(of: now) {
            context.console.say(
                "log: \(count(found.count, "attempt")) finished in the future, the last one "
                    + "\(found.last.rfc3339); reports count them at that time", as: .warning)
        }
        return .success
    }

    /// Fails if the clock may be behind. A clock that was ahead leaves records of a day or two; a
    /// clock that is behind finds many days of records in its future.
    private static func checkClock(_ context: Context, _ store: Store, _ now: Instant) throws {
        let days = try store.log.countedDays(after: now)
        guard days > 2, !context.arguments.flag("accept-clock") else { return }
        throw CommandFailure(
            .temporaryFailure,
            "nothing repaired: the log has records of \(days) days after \(now.rfc3339), so this "
                + "clock may be behind; set it, or use '--accept-clock'")
    }

    private static func repairLog(_ store: Store, _ now: Instant) throws -> [String] {
        try store.log.setBackDisabling(to: now)
        guard let repair = try store.log.lowerPruneLimit(to: now) else { return [] }
        let limit =
            repair.limit.map { "moved back to \($0.rfc3339)" }
            ?? "removed, because nothing was pruned"
        return ["prune limit \(repair.former.rfc3339): \(limit)"]
    }

    /// Returns a line for each report that was sent for a period that has not ended.
    private static func sent(
        _ reports: [LedgerRepair.SentReport], _ configuration: Configuration
    ) -> [String] {
        let lines = reports.prefix(maxNamedReports).map { report in
            let zone = configuration.companies.first { $0.sid == report.company }?.zone ?? .utc
            return "already sent to \(report.targets.map { "\($0)" }.joined(separator: ", ")): "
                + "\(report.company) \(report.frequency) \(report.occurrence.rfc3339(in: zone))"
        }
        let more = reports.count - lines.count
        return more > 0 ? lines + ["already sent: \(count(more, "more report"))"] : lines
    }

    private static let maxNamedReports = 100

    private static func words(_ repair: LedgerRepair) -> [String] {
        let counted = [
            (repair.forgotten, "report", "of periods that have not ended: deleted"),
            (repair.dueAgain, "skipped report", "due again"),
            (repair.started, "report series", "that started in the future: reset to start now"),
            (repair.others, "other time", "in the future: moved back"),
        ]
        return counted.filter { $0.0 > 0 }.map { number, noun, words in
            (noun.hasSuffix("series") ? "\(number) \(noun)" : count(number, noun)) + " \(words)"
        }
    }
}
