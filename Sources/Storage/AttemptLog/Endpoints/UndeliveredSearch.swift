import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Finds the attempts at endpoints since their last delivery, as of an instant.
///
/// It considers all attempts, superseded or not, so that a retry or replay of an old callback does
/// not hide when the failure started. The marks in ``EndpointDays`` say which quarter hours to
/// read, so the cost depends neither on the length of the failure nor on the size of the log.
struct UndeliveredSearch {
    private let log: AttemptLog
    private let company: Int64
    private let end: Instant
    /// The number of callbacks per endpoint at which counting stops.
    private let enough: Int
    private let days: EndpointDays
    /// Attempts before this instant may be deleted. Their marks still exist.
    private let prunedBefore: Instant
    private var lastDelivered: [Int64: Instant] = [:]
    private var runs: [Int64: Run] = [:]

    private struct Run {
        var since: Instant?
        var callbacks: Set<String> = []
        /// The quarter hour to continue with, or `nil` at the end.
        var next: Quarter?
    }

    init(
        _ log: AttemptLog, company: Int64, asOf end: Instant, enough: Int
    ) throws(StorageError) {
        self.log = log
        self.company = company
        self.end = end
        self.enough = enough
        days = EndpointDays(database: log.database)
        prunedBefore = try log.prunedBefore() ?? Instant(milliseconds: .min)
    }

    /// Returns the runs of endpoints that have one.
    mutating func runs(
        of endpoints: Set<Int64>
    ) throws(StorageError) -> [Int64: UndeliveredRun] {
        try findLastDelivered(endpoints)
        for endpoint in endpoints {
            let start = lastDelivered[endpoint].map(Quarter.init(of:)) ?? Quarter(number: 0)
            runs[endpoint] = Run(next: try days.firstUndelivered(company, endpoint, from: start))
        }
        try followRuns()
        return runs.compactMapValues { run in
            run.since.map { UndeliveredRun(since: $0, callbacks: run.callbacks.count) }
        }
    }

    // MARK: The last delivery

    private mutating func findLastDelivered(_ endpoints: Set<Int64>) throws(StorageError) {
        var limits: [Int64: Quarter] = [:]
        let limit = Quarter(of: end.advanced(milliseconds: -1)).next
        for endpoint in endpoints { limits[endpoint] = limit }
        while !limits.isEmpty {
            var members: [Quarter: Set<Int64>] = [:]
            for (endpoint, limit) in limits {
                let quarter = try days.lastDelivered(company, endpoint, before: limit)
                limits[endpoint] = quarter
                if let quarter { members[quarter, default: []].insert(endpoint) }
            }
            for (quarter, endpoints) in members {
                try findLastDelivered(endpoints, in: quarter)
                for endpoint in endpoints where lastDelivered[endpoint] != nil {
                    limits[endpoint] = nil
                }
            }
        }
    }

    private mutating func findLastDelivered(
        _ endpoints: Set<Int64>, in quarter: Quarter
    ) throws(StorageError) {
        let delivered = Outcome.delivered.rawValue
        let attempts = try attempts(in: quarter, "outcome = \(delivered)")
        while try attempts.step() {
            let endpoint = attempts.integer(0)
            guard endpoints.contains(endpoint) else { continue }
            let finishedAt = attempts.instant(1)
            lastDelivered[endpoint] = max(finishedAt, lastDelivered[endpoint] ?? finishedAt)
        }
        guard quarter.start < prunedBefore else { return }
        // The attempt is deleted, and its time within the quarter hour is unknown.
        for endpoint in endpoints where lastDelivered[endpoint] == nil {
            lastDelivered[endpoint] = quarter.start.advanced(milliseconds: -1)
        }
    }

    // MARK: The attempts since then

    private mutating func followRuns() throws(StorageError) {
        while true {
            var members: [Quarter: Set<Int64>] = [:]
            for (endpoint, run) in runs {
                guard let next = run.next, next.start < end else { continue }
                members[next, default: []].insert(endpoint)
            }
            if members.isEmpty { return }
            for (quarter, endpoints) in members { try follow(endpoints, in: quarter) }
        }
    }

    private mutating func follow(
        _ endpoints: Set<Int64>, in quarter: Quarter
    ) throws(StorageError) {
        var first: [Int64: Instant] = [:]
        let delivered = Outcome.delivered.rawValue
        let attempts = try attempts(in: quarter, "outcome <> \(delivered)")
        while try attempts.step() {
            let endpoint = attempts.integer(0)
            let finishedAt = attempts.instant(1)
            guard endpoints.contains(endpoint),
                lastDelivered[endpoint].map({ $0 < finishedAt }) ?? true
            else { continue }
            first[endpoint] = min(finishedAt, first[endpoint] ?? finishedAt)
            if runs[endpoint].map({ $0.callbacks.count < enough }) ?? false {
                runs[endpoint]?.callbacks.insert(attempts.text(2))
            }
        }
        for endpoint in endpoints { try continueRun(endpoint, from: quarter, first[endpoint]) }
    }

    private mutating func continueRun(
        _ endpoint: Int64, from quarter: Quarter, _ first: Instant?
    ) throws(StorageError) {
        guard var run = runs[endpoint] else { return }
        let isPruned = quarter.start < prunedBefore
        run.since = run.since ?? first ?? (isPruned ? quarter.start : nil)
        run.next = nil
        if run.callbacks.count < enough {
            run.next = try days.firstUndelivered(company, endpoint, from: quarter.next)
        }
        runs[endpoint] = run
    }

    /// Returns endpoint, time and callback of the attempts in a quarter hour before the end.
    private func attempts(
        in quarter: Quarter, _ condition: String
    ) throws(StorageError) -> Statement {
        let statement = try log.database.prepare(
            """
            SELECT endpoint, finished_at, callback_id
            FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at < ?
                AND \(condition)
            """)
        statement.bind([
            .integer(AttemptRowID.first(at: quarter.start)),
            .integer(AttemptRowID.end(at: quarter.start)),
            .integer(company), .integer(end.milliseconds),
        ])
        return statement
    }
}
