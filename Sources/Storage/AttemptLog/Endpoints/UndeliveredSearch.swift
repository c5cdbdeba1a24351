import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TextSupport

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
    /// An SQL condition for attempts to leave out, or an empty string.
    private let exclusion: String
    /// Attempts before this instant may be deleted. Their marks still exist.
    private let prunedBefore: Instant
    private var lastDelivered: [Int64: Instant] = [:]
    /// The endpoints with a delivery in a quarter hour after which nothing is undelivered.
    private var recovered: Set<Int64> = []
    /// The endpoints with delivered callbacks by quarter hour, according to the counts.
    private var deliveries: [Quarter: Set<Int64>] = [:]
    private var runs: [Int64: Run] = [:]

    private struct Run {
        var since: Instant?
        /// Whether `since` is exact only to a quarter hour.
        var isApproximate = false
        var callbacks: Set<ExactText> = []
        /// The number of callbacks whose attempts are deleted.
        var pruned = 0
        /// The quarter hour to continue with, or `nil` at the end.
        var next: Quarter?
    }

    init(
        _ log: AttemptLog, company: Int64, asOf end: Instant, enough: Int,
        excluding exclusion: String = ""
    ) throws(StorageError) {
        self.log = log
        self.company = company
        self.end = end
        self.enough = enough
        self.exclusion = exclusion
        days = EndpointDays(database: log.database)
        prunedBefore = try log.prunedBefore() ?? Instant(milliseconds: .min)
    }

    /// Returns the runs of endpoints that have one.
    mutating func runs(
        of endpoints: Set<Int64>
    ) throws(StorageError) -> [Int64: UndeliveredRun] {
        try findLastDelivered(endpoints)
        for endpoint in endpoints.subtracting(recovered) {
            let start = lastDelivered[endpoint].map(Quarter.init(of:)) ?? Quarter(number: 0)
            runs[endpoint] = Run(next: try days.firstUndelivered(company, endpoint, from: start))
        }
        try followRuns()
        return runs.compactMapValues { run in
            run.since.map {
                UndeliveredRun(
                    since: $0, isApproximate: run.isApproximate,
                    callbacks: run.callbacks.count + run.pruned)
            }
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
                if let quarter, try isRecovered(endpoint, since: quarter) {
                    recovered.insert(endpoint)
                    limits[endpoint] = nil
                } else if let quarter {
                    members[quarter, default: []].insert(endpoint)
                }
            }
            for (quarter, endpoints) in members {
                try findLastDelivered(endpoints, in: quarter)
                for endpoint in endpoints where lastDelivered[endpoint] != nil {
                    limits[endpoint] = nil
                }
            }
        }
    }

    /// Returns whether the marks and the counts are enough to see that the endpoint's last attempt
    /// was delivered, so that no attempts must be read.
    private mutating func isRecovered(
        _ endpoint: Int64, since quarter: Quarter
    ) throws(StorageError) -> Bool {
        guard exclusion.isEmpty, quarter.next.start <= end else { return false }
        let undelivered = try days.firstUndelivered(company, endpoint, from: quarter)
        if let undelivered, undelivered.start < end { return false }
        if let known = deliveries[quarter] { return known.contains(endpoint) }
        var found: Set<Int64> = []
        try CountStore(database: log.database).read(
            company, .quarterHour, from: quarter.start, to: quarter.next.start
        ) { if $0.outcome == .delivered, $0.count > 0 { found.insert($0.endpoint) } }
        deliveries[quarter] = found
        return found.contains(endpoint)
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
        var latest: [Int64: Int] = [:]
        let delivered = Outcome.delivered.rawValue
        let attempts = try attempts(in: quarter, "outcome <> \(delivered)")
        while try attempts.step() {
            let endpoint = attempts.integer(0)
            let finishedAt = attempts.instant(1)
            if attempts.int(3) != 1 { latest[endpoint, default: 0] += 1 }
            guard endpoints.contains(endpoint),
                lastDelivered[endpoint].map({ $0 < finishedAt }) ?? true
            else { continue }
            first[endpoint] = min(finishedAt, first[endpoint] ?? finishedAt)
            if runs[endpoint].map({ $0.callbacks.count < enough }) ?? false {
                runs[endpoint]?.callbacks.insert(ExactText(attempts.text(2)))
            }
        }
        try countPruned(endpoints, in: quarter, besides: latest)
        for endpoint in endpoints { try continueRun(endpoint, from: quarter, first[endpoint]) }
    }

    /// Adds the undelivered callbacks of a quarter hour whose attempts are deleted. Counts still
    /// contain them.
    ///
    /// - Parameter latest: The numbers of undelivered callbacks whose latest attempt is not deleted.
    private mutating func countPruned(
        _ endpoints: Set<Int64>, in quarter: Quarter, besides latest: [Int64: Int]
    ) throws(StorageError) {
        guard quarter.start < prunedBefore, quarter.next.start <= end else { return }
        var counts: [Int64: Int] = [:]
        let store = CountStore(database: log.database)
        let next = quarter.start.advanced(milliseconds: 1)
        try store.read(company, .quarterHour, from: quarter.start, to: next) { entry in
            if entry.outcome != .delivered { counts[entry.endpoint, default: 0] += entry.count }
        }
        for (endpoint, count) in counts where endpoints.contains(endpoint) {
            // Within the quarter hour of the last delivery, the order is unknown.
            if let last = lastDelivered[endpoint], last.advanced(milliseconds: 1) >= quarter.start {
                continue
            }
            runs[endpoint]?.pruned += max(0, count - (latest[endpoint] ?? 0))
        }
    }

    private mutating func continueRun(
        _ endpoint: Int64, from quarter: Quarter, _ first: Instant?
    ) throws(StorageError) {
        guard var run = runs[endpoint] else { return }
        let isPruned = quarter.start < prunedBefore
        if run.since == nil {
            // A pruned attempt may have finished before the first one that is left.
            run.isApproximate = isPruned
            run.since = first ?? (isPruned ? quarter.start : nil)
        }
        run.next = nil
        if run.callbacks.count + run.pruned < enough {
            run.next = try days.firstUndelivered(company, endpoint, from: quarter.next)
        }
        runs[endpoint] = run
    }

    /// Returns endpoint, time, callback and standing of the attempts in a quarter hour before the
    /// end.
    private func attempts(
        in quarter: Quarter, _ condition: String
    ) throws(StorageError) -> Statement {
        let statement = try log.database.prepare(
            """
            SELECT endpoint, finished_at, callback_id, standing
            FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at < ?
                AND \(condition) \(exclusion)
            """)
        statement.bind([
            .integer(AttemptRowID.first(at: quarter.start)),
            .integer(AttemptRowID.end(at: quarter.start)),
            .integer(company), .integer(end.milliseconds),
        ])
        return statement
    }
}
