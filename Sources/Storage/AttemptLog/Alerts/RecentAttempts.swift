import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// The attempts at some endpoints in the last hour or so, read in one pass.
///
/// One pass serves any number of endpoints. If a network fails, all of them fail together.
struct RecentAttempts {
    /// The attempts at one endpoint.
    struct Attempts {
        fileprivate var callbacks: [(finishedAt: Instant, outcome: Outcome)] = []
        /// When the first delivered attempt finished.
        fileprivate(set) var firstDelivered: Instant?
        /// When the last undelivered attempt finished.
        fileprivate(set) var lastUndelivered: Instant?

        /// Returns the callbacks whose latest attempt finished at or after an instant.
        func tally(since start: Instant) -> Tally {
            callbacks.reduce(into: Tally()) { tally, callback in
                if callback.finishedAt >= start { tally[callback.outcome] += 1 }
            }
        }
    }

    /// By the number of the endpoint.
    private(set) var attempts: [Int64: Attempts] = [:]

    /// - Parameters:
    ///   - log: The log to read.
    ///   - company: The number of the company.
    ///   - starts: From when on to read the attempts at each endpoint.
    ///   - end: The time before which they finished.
    ///   - excludesReplays: Whether replays are left out.
    init(
        _ log: AttemptLog, _ company: Int64, of starts: [Int64: Instant], before end: Instant,
        excludingReplays excludesReplays: Bool
    ) throws(StorageError) {
        let start = min(starts.values.min() ?? end, end)
        guard start < end else { return }
        for endpoint in starts.keys { attempts[endpoint] = Attempts() }
        let rows = try log.database.prepare(Self.query(excludingReplays: excludesReplays))
        rows.bind(log.span(Period(start: start, end: end), company))
        while try rows.step() {
            let (endpoint, finishedAt) = (rows.integer(0), rows.instant(1))
            guard let first = starts[endpoint], finishedAt >= first,
                let outcome = Outcome(rawValue: rows.int(2))
            else { continue }
            attempts[endpoint]?.add(outcome, finishedAt, isLatest: rows.int(3) == 1)
        }
    }

    private static func query(excludingReplays: Bool) -> String {
        guard excludingReplays else {
            return """
                SELECT endpoint, finished_at, outcome, standing <> 1
                FROM attempts AS this JOIN routes ON routes.id = this.route
                WHERE place >= ?1 AND place < ?2 AND this.company = ?3 AND finished_at >= ?4
                    AND finished_at < ?5
                """
        }
        return """
            SELECT endpoint, finished_at, outcome,
                standing <> 1 OR NOT EXISTS(
                    SELECT 1 FROM attempts AS later INDEXED BY attempts_by_callback
                    WHERE later.standing > 0 AND later.company = this.company
                        AND later.callback_id = this.callback_id AND later.finished_at < ?5
                        AND (later.attempt, later.finished_at) > (this.attempt, this.finished_at)
                        \(ReplayMarks.exclusion(of: "later")))
            FROM attempts AS this JOIN routes ON routes.id = this.route
            WHERE place >= ?1 AND place < ?2 AND this.company = ?3 AND finished_at >= ?4
                AND finished_at < ?5 \(ReplayMarks.exclusion(of: "this"))
            """
    }
}

extension RecentAttempts.Attempts {
    fileprivate mutating func add(_ outcome: Outcome, _ finishedAt: Instant, isLatest: Bool) {
        if isLatest { callbacks.append((finishedAt, outcome)) }
        if outcome == .delivered {
            firstDelivered = min(finishedAt, firstDelivered ?? finishedAt)
        } else {
            lastUndelivered = max(finishedAt, lastUndelivered ?? finishedAt)
        }
    }
}
