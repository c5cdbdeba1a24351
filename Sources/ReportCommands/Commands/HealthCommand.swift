import CivilTime
import CommandLine
import Commands
import Ingest
import ReportDelivery
import Settings
import Storage

/// `health`: prints one line for monitoring.
enum HealthCommand: Command {
    static let description = CommandDescription(
        name: "health", summary: "Reports in one line whether runs and reports are healthy.",
        discussion: [
            "Exits with status 0 only if everything is healthy: the last run is less than an hour old, "
                + "no report is overdue, no email waits for a retry, no email of the latest reports "
                + "failed permanently, the configuration of every company is valid, and the database "
                + "contains no times in the future. Rejected source lines also make it unhealthy. To "
                + "clear them, import the file next to the database that contains them, and remove it. "
                + "Lost ends of sources make it unhealthy until you remove the file '….db-unread.txt' "
                + "there, which lists them. Companies in the log that the configuration "
                + "does not contain are named."
        ],
        options: [.value("now", "TIME", help: "Check the state as of this time.")],
        examples: [.init("callback-reports health || alert", "in a monitoring agent")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let now = try context.time("now", for: configuration) ?? context.clock()
        let store = try Store(existing: configuration)
        let health = try store.ledger.health(of: configuration, now: now)
        let faults = try store.clockFaults(at: now)
        let rejected = RejectedLines(nextTo: configuration.database)
        let unread = UnreadEnds(nextTo: configuration.database)
        let hidden = rejected.unreadable + (unread.isUnreadable ? [unread.path] : [])
        let isHealthy =
            health.isHealthy && rejected.count() == 0 && unread.count == 0 && hidden.isEmpty
        let unknown = UnknownCompanies(of: try store.log.companies(), configuration)
        context.console.print(
            line(health, faults, rejected, unread, unknown, hidden),
            as: isHealthy && faults.isEmpty ? .success : .error)
        if isHealthy { return ExitStatus.mostSevere([.success] + faults.map(\.exitStatus)) }
        if health.isHealthy { return unread.count > 0 || !hidden.isEmpty ? .noInput : .badData }
        if health.invalidCompanies > 0 { return .badConfiguration }
        return health.givenUp > 0 ? .refused : .temporaryFailure
    }

    private static func line(
        _ health: Health, _ faults: [ClockFault], _ rejected: RejectedLines,
        _ unread: UnreadEnds, _ unknown: UnknownCompanies, _ hidden: [String]
    ) -> String {
        let (lines, ends) = (rejected.count(), unread.count)
        let isHealthy =
            health.isHealthy && faults.isEmpty && lines == 0 && ends == 0 && hidden.isEmpty
        let run = health.lastRun.map { "last run \($0.rfc3339)" } ?? "no run yet"
        return (isHealthy ? "healthy: " : "unhealthy: ")
            + "\(run)\(health.lastRunIsMissing && health.lastRun != nil ? " (more than an hour ago)" : "")"
            + ", \(count(health.overdue, "report")) overdue, \(count(health.waiting, "email")) waiting"
            + ", \(count(health.givenUp, "email")) failed"
            + (health.invalidCompanies == 0
                ? "" : ", \(health.invalidCompanies) with an invalid configuration")
            + faults.map { ", \($0)" }.joined()
            + (lines == 0
                ? ""
                : ", \(count(lines, "rejected line")) in \(rejected.paths.joined(separator: ", "))")
            + (ends == 0 ? "" : ", \(count(ends, "unread end")) of sources in \(unread.path)")
            + (hidden.isEmpty
                ? ""
                : ", this user cannot read \(hidden.joined(separator: ", ")); allow it as for the database")
            + (unknown.names.map { ", unknown companies in the log: \($0.withVisibleControls)" }
                ?? "")
            + names(health)
    }

    /// The maximum number of reports that the line names.
    private static let maxNamedReports = 5

    /// Returns the reports that need attention, or an empty string if none do.
    private static func names(_ health: Health) -> String {
        guard !health.issues.isEmpty else { return "" }
        let named = health.issues.prefix(maxNamedReports).map { issue in
            "\(issue.company.withVisibleControls) \(issue.frequency) \(issue.due.rfc3339) "
                + issue.state
        }
        let others = health.issues.count - named.count
        return ": " + named.joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
    }
}
