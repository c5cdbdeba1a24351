import CivilTime
import CommandLine
import Commands
import Ingest
import ReportDelivery

/// `health`: one line for monitoring.
enum HealthCommand: Command {
    static let description = CommandDescription(
        name: "health", summary: "Says in one line whether runs and reports are well.",
        discussion: [
            "Ends with 0 only if all is well: the last run is less than an hour old, nothing is "
                + "overdue, nothing waits to be tried again, no address of a latest report was "
                + "given up, no company is held up by a mistake in the configuration, and no "
                + "wrong clock has left its traces. Lines of sources that were rejected count until "
                + "their file beside the database is imported and removed."
        ],
        options: [.value("now", "TIME", help: "Judge as though it were then.")],
        examples: [.init("callback-reports health || alert", "from a monitoring agent")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let now = try context.time("now", for: configuration) ?? context.clock()
        let store = try Store(existing: configuration)
        let health = try store.ledger.health(of: configuration, now: now)
        let faults = try store.clockFaults(at: now)
        let rejected = RejectedLines(besides: configuration.database)
        let isWell = health.isWell && rejected.count() == 0
        context.console.print(line(health, faults, rejected))
        if isWell { return ExitStatus.gravest([.success] + faults.map(\.exitStatus)) }
        if health.isWell { return .badData }
        if health.invalidCompanies > 0 { return .badConfiguration }
        return health.givenUp > 0 ? .refused : .temporaryFailure
    }

    private static func line(
        _ health: Health, _ faults: [ClockFault], _ rejected: RejectedLines
    ) -> String {
        let lines = rejected.count()
        let run = health.lastRun.map { "last run \($0.rfc3339)" } ?? "no run yet"
        return (health.isWell && faults.isEmpty && lines == 0 ? "well: " : "not well: ")
            + "\(run)\(health.lastRunIsMissing && health.lastRun != nil ? " (too long ago)" : "")"
            + ", \(health.overdue) overdue, \(health.waiting) waiting, \(health.givenUp) given up"
            + (health.invalidCompanies == 0
                ? "" : ", \(health.invalidCompanies) held up by the configuration")
            + faults.map { ", \($0)" }.joined()
            + (lines == 0
                ? ""
                : ", \(count(lines, "rejected line")) in \(rejected.paths.joined(separator: ", "))")
            + names(health)
    }

    /// How many reports are named in the line.
    private static let most = 5

    /// The reports that are not well; empty when all are.
    private static func names(_ health: Health) -> String {
        guard !health.troubles.isEmpty else { return "" }
        let named = health.troubles.prefix(most).map { trouble in
            "\(trouble.company.withVisibleControls) \(trouble.frequency) \(trouble.due.rfc3339) "
                + trouble.state
        }
        let others = health.troubles.count - named.count
        return ": " + named.joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
    }
}
