import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Storage

/// `verify`: compares the stored counts with the log.
enum VerifyCommand: Command {
    static let description = CommandDescription(
        name: "verify", summary: "Recounts the log and compares it with the stored counts.",
        discussion: [
            "Also runs SQLite's integrity check. Exits with status 65 if anything differs. With "
                + "--repair, it rebuilds the counts and the callback index from the attempts, and then "
                + "verifies again. Other programs wait in the meantime. If attempts were changed or "
                + "deleted, it names the 15-minute intervals and exits with status 65: import the "
                + "logs of that time again."
        ],
        options: [
            .flag(
                "repair", help: "Rebuild the counts and the index from the attempts, then verify.")
        ],
        examples: [
            .init("callback-reports verify", "recount everything"),
            .init("callback-reports verify --repair", "fix wrong counts"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try Store(existing: context.configuration())
        var isComplete = true
        if context.arguments.flag("repair") {
            isComplete = warnOfLoss(try? store.log.verify(), context)
            try store.log.repair()
            context.console.print("rebuilt the counts and the callback index")
        }
        let bar = ProgressBar(
            "verify", total: nil, of: .records, on: context.console, clock: context.stopwatch)
        let result = try store.log.verify { bar.update(done: $0) }
        bar.finish()
        for damage in result.damage { context.console.say("database: \(damage)", as: .error) }
        if result.moreDamage > 0 {
            context.console.say(
                "database: \(count(result.moreDamage, "more problem"))", as: .error)
        }
        if !result.latestAreRight {
            context.console.say(
                "attempts: the latest attempts of some callbacks are not marked as such, or are missing "
                    + "from the callback index",
                as: .error)
        }
        if !result.endpointsAreMarked {
            context.console.say(
                "endpoints: some 15-minute intervals with attempts are not marked, so reports may show "
                    + "a wrong time since when an endpoint is failing", as: .error)
        }
        say(result.differences.sorted(by: isBefore), context)
        let shared = try store.log.sharedCallbacks()
        if let warning = shared.warning(remedy: remedy) {
            context.console.say(warning.withVisibleControls, as: .warning)
        }
        context.console.print(
            "checked \(count(result.attempts, "attempt")) of "
                + "\(count(result.callbacks, "callback")) against "
                + "\(count(result.buckets, "stored count")): \(verdict(on: result))",
            as: result.isGood ? .success : .error)
        let clock = context.printFaults(try store.clockFaults(at: context.clock()))
        return result.isGood && isComplete ? clock : .badData
    }

    /// Says which attempts were changed or deleted, because the repair takes the others as the truth.
    ///
    /// - Parameter before: The state before the repair, or `nil` if the counts cannot be read.
    /// - Returns: Whether no attempts were changed or deleted.
    private static func warnOfLoss(_ before: Verification?, _ context: Context) -> Bool {
        guard let before, !before.changedQuarters.isEmpty else { return true }
        let quarters = before.changedQuarters
        for quarter in quarters.prefix(shown) {
            context.console.say(
                "attempts, 15 minutes from \(quarter.rfc3339): checksum mismatch; another program "
                    + "changed or deleted a row", as: .error)
        }
        let more = quarters.count - shown
        if more > 0 {
            context.console.say("and \(count(more, "more 15-minute interval"))", as: .error)
        }
        context.console.say(
            "attempts: the repair lowers the counts by "
                + "\(count(before.missingCallbacks, "callback")); import the logs of that time again",
            as: .error)
        return false
    }

    private static func verdict(on result: Verification) -> String {
        if !result.differences.isEmpty { return "the counts are wrong" }
        return result.isGood
            ? "all counts are correct"
            : "the counts are correct, but the database is damaged (see above)"
    }

    private static func remedy(_ field: String) -> String {
        "combine it with \(field); see 'callback-reports import --help'"
    }

    /// Prints the first differences. One fault can cause thousands, and the first ones show which.
    private static func say(_ differences: [Difference], _ context: Context) {
        for difference in differences.prefix(shown) {
            context.console.say(line(difference), as: .error)
        }
        let more = differences.count - shown
        if more > 0 { context.console.say("and \(count(more, "more difference"))", as: .error) }
    }

    private static let shown = 20

    private static func isBefore(_ one: Difference, _ other: Difference) -> Bool {
        (one.company, one.start, one.isDay ? 0 : 1)
            < (other.company, other.start, other.isDay ? 0 : 1)
    }

    private static func line(_ difference: Difference) -> String {
        let span = difference.isDay ? "day" : "15 minutes"
        return "\(difference.company), \(span) from \(difference.start.rfc3339): stored "
            + "\(words(difference.kept)); recounted \(words(difference.recounted))"
    }

    private static func words(_ tally: Tally) -> String {
        "\(tally.delivered) delivered, \(tally.failed) failed, \(tally.retrying) retrying"
    }
}
