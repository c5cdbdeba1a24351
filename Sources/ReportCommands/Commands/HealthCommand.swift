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
                + "no later run failed or was killed, runs can write to the database, no report is overdue, no email waits for a retry or was left by the last run, no email "
                + "failed permanently, the last run could read every source, the configuration of every "
                + "company is valid, and the database contains no times in the future. Webhooks and Slack "
                + "messages count like emails.",
            "An email that failed permanently counts for seven days, and as long as its report is the "
                + "newest of its series, but not after a later report of the series was delivered to all "
                + "recipients. Records that are more than a day in the future make it unhealthy for seven "
                + "days after they were recorded, and are named as long as they are in the future.",
            "Rejected source lines also make it unhealthy. To clear them, import the file next to the "
                + "database that contains them, and remove it. Lost ends of sources make it unhealthy "
                + "until you remove the file '….db-unread.txt' there, which lists them. Companies in the "
                + "log that the configuration does not contain are named.",
        ],
        options: [.value("now", "TIME", help: "Check the state as of this time.")],
        examples: [.init("callback-reports health || alert", "in a monitoring agent")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let now = try context.time("now", for: configuration) ?? context.clock()
        let store = try Store(existing: configuration)
        let state = try HealthState(of: store, configuration, at: now)
        context.console.print(state.line, as: state.isHealthy ? .success : .error)
        return state.exitStatus
    }
}

/// Everything that `health` looks at.
private struct HealthState {
    private let health: Health
    private let faults: [ClockFault]
    private let sources: [SourceProblem]
    private let rejected: RejectedLines
    private let rejectedLines: Int
    private let unread: UnreadEnds
    private let unreadEnds: Int
    /// The files that this user cannot read.
    private let hidden: [String]
    private let unknown: UnknownCompanies
    private let future: FutureAttempts?
    /// The runs that were killed or ended with an error since the last one that finished.
    private let unfinished: [UnfinishedRun]
    /// Why a run cannot write, or nil if it can.
    private let writeProblem: String?

    init(of store: Store, _ configuration: Configuration, at now: Instant) throws {
        health = try store.ledger.health(of: configuration, now: now)
        faults = try store.clockFaults(at: now)
        sources = try CheckpointStore.problems(of: store.log).filter { !$0.waits }
        rejected = RejectedLines(nextTo: configuration.database)
        rejectedLines = rejected.count()
        unread = UnreadEnds(nextTo: configuration.database)
        unreadEnds = unread.count
        hidden = rejected.unreadable + (unread.isUnreadable ? [unread.path] : [])
        unknown = UnknownCompanies(of: try store.log.companies(), configuration)
        future = try FutureAttempts(of: store.log, at: now)
        unfinished = try store.ledger.unfinishedRuns().filter(\.isOver)
        writeProblem = DatabaseAccess.problem(
            at: configuration.database, isOfRuns: try store.isOfRuns())
    }

    var isHealthy: Bool {
        health.isHealthy && faults.isEmpty && isLogComplete && unfinished.isEmpty
            && writeProblem == nil
    }

    /// Whether everything that the sources contain is in the log, at its time.
    private var isLogComplete: Bool {
        rejectedLines == 0 && unreadEnds == 0 && hidden.isEmpty && sources.isEmpty
            && future?.isNew != true
    }

    var exitStatus: ExitStatus {
        let runs = unfinished.map { run in
            run.failure.flatMap { ExitStatus(rawValue: $0.status) } ?? .temporaryFailure
        }
        let writing: ExitStatus = writeProblem == nil ? .success : .ioError
        return ExitStatus.mostSevere([statusOfReports, writing] + runs)
    }

    private var statusOfReports: ExitStatus {
        if health.isHealthy && isLogComplete {
            return ExitStatus.mostSevere([.success] + faults.map(\.exitStatus))
        }
        if health.isHealthy {
            return unreadEnds > 0 || !hidden.isEmpty || !sources.isEmpty ? .noInput : .badData
        }
        if health.invalidCompanies > 0 { return .badConfiguration }
        return health.givenUp > 0 ? .refused : .temporaryFailure
    }

    var line: String {
        let run = health.lastRun.map { "last run \($0.rfc3339)" } ?? "no run yet"
        return (isHealthy ? "healthy: " : "unhealthy: ")
            + "\(run)\(health.lastRunIsMissing && health.lastRun != nil ? " (more than an hour ago)" : "")"
            + ", \(count(health.overdue, "report")) overdue, \(count(health.waiting, "email")) waiting"
            + ", \(count(health.givenUp, "email")) failed"
            + (health.invalidCompanies == 0
                ? "" : ", \(health.invalidCompanies) with an invalid configuration")
            + unfinishedRuns + (writeProblem.map { ", runs cannot write: \($0)" } ?? "")
            + faults.map { ", \($0)" }.joined() + logParts
            + (unknown.names.map { ", unknown companies in the log: \($0.withVisibleControls)" }
                ?? "")
            + reportNames
    }

    /// The last run that failed or was killed.
    private var unfinishedRuns: String {
        guard let run = unfinished.last else { return "" }
        let others = unfinished.count - 1
        return ", the run of \(run.startedAt.rfc3339) "
            + (run.failure.map { "failed: \($0.message)".withVisibleControls }
                ?? "was killed before it finished")
            + (others > 0 ? " (and \(count(others, "earlier run")))" : "")
    }

    private var logParts: String {
        (rejectedLines == 0
            ? ""
            : ", \(count(rejectedLines, "rejected line")) in \(rejected.paths.joined(separator: ", "))")
            + (unreadEnds == 0
                ? "" : ", \(count(unreadEnds, "unread end")) of sources in \(unread.path)")
            + (hidden.isEmpty
                ? ""
                : ", this user cannot read \(hidden.joined(separator: ", ")); allow it as for the database")
            + sourceNames + (future.map { ", \($0)" } ?? "")
    }

    /// The maximum number of reports, and of sources, that the line names.
    private static let maxNames = 5

    /// The sources that the last run could not read, each with the cause and since when.
    private var sourceNames: String {
        guard !sources.isEmpty else { return "" }
        let named = sources.prefix(Self.maxNames).map { source in
            "\(source.problem) (since \(source.since.rfc3339))".withVisibleControls
        }
        return ", the last run could not read \(count(sources.count, "source")): "
            + named.joined(separator: ", ") + more(sources.count)
    }

    /// The reports that need attention, or an empty string if none do.
    private var reportNames: String {
        guard !health.issues.isEmpty else { return "" }
        let named = health.issues.prefix(Self.maxNames).map { issue in
            "\(issue.company.withVisibleControls) \(issue.frequency) \(issue.due.rfc3339) "
                + issue.state
        }
        return ": " + named.joined(separator: ", ") + more(health.issues.count)
    }

    private func more(_ total: Int) -> String {
        total > Self.maxNames ? " and \(total - Self.maxNames) more" : ""
    }
}
