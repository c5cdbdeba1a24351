package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

/// The prepared statements that finish attempts in the queue, reused within one transaction.
struct FinishStatements: ~Copyable {
    private let finish: Statement
    private let keep: Statement

    init(_ database: Database) throws(StorageError) {
        let finish = try database.prepare(
            """
            UPDATE callbacks SET state = ?1, attempts = ?2, tries_left = tries_left - 1,
                due = ifnull(?3, due), finished_at = ?4, lease_until = NULL, owner = NULL
            WHERE id = ?5 AND state = 1 AND owner = ?6
            """)
        let keep = try database.prepare(
            "INSERT OR REPLACE INTO exchanges VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        // A noncopyable value must be initialized completely or not at all.
        self.finish = finish
        self.keep = keep
    }

    /// Updates the callback's state.
    ///
    /// Returns false if the lease expired and another process has claimed the callback.
    func finish(_ attempt: FinishedAttempt, owner: Int64) throws(StorageError) -> Bool {
        let state = attempt.state
        finish.bind(state.rawValue, at: 1)
        finish.bind(attempt.claim.attempt, at: 2)
        finish.bind(Value(attempt.nextAttempt?.milliseconds), at: 3)
        finish.bind(Value(state.isFinal ? attempt.at.milliseconds : nil), at: 4)
        finish.bind(attempt.claim.id, at: 5)
        finish.bind(owner, at: 6)
        return try finish.change() == 1
    }

    /// Records the details that the delivery log has no columns for.
    func keep(_ attempt: FinishedAttempt) throws(StorageError) {
        let (exchange, phases) = (attempt.exchange, attempt.exchange.phases)
        keep.bind(attempt.claim.id, at: 1)
        keep.bind(attempt.claim.attempt, at: 2)
        keep.bind(exchange.version, at: 3)
        keep.bind(Value(exchange.address), at: 4)
        keep.bind(phases.nameLookup, at: 5)
        keep.bind(phases.connect, at: 6)
        keep.bind(phases.tls, at: 7)
        keep.bind(phases.firstByte, at: 8)
        keep.bind(phases.total, at: 9)
        keep.bind(Value(exchange.fault), at: 10)
        keep.bind(exchange.head, at: 11)
        try keep.run()
    }
}

extension CallbackQueue {
    /// Claims due callbacks, as many as `capacity` allows.
    package func claim(
        _ capacity: some ClaimCapacity, owner: Int64, now: Instant, dueBy limit: Instant
    ) throws(StorageError) -> [Claim] {
        try database.transaction { () throws(StorageError) in
            try recoverLeases(now: now, owner: owner)
            try resetFutureDueTimesOfIdleEndpoints(now: now)
            let statements = try ClaimStatements(database)
            var (capacity, claims) = (capacity, [Claim]())
            for speed in EndpointSpeed.allCases {
                for endpoint in try dueEndpoints(speed, by: limit, capacity) {
                    let order = ClaimOrder(
                        endpoint: endpoint, capacity, owner: owner,
                        leaseUntil: now.advanced(seconds: Self.leaseSeconds), dueBy: limit)
                    guard order.count > 0 else { continue }
                    let taken = try statements.claim(order)
                    for claim in taken { capacity.add(claim) }
                    claims += taken
                }
            }
            return claims
        }
    }

    /// The lease of a claim, in seconds: four times the total timeout of a request.
    package static let leaseSeconds: Int64 = 60

    /// The longest valid lease, in milliseconds. Clocks of hosts that share a file may differ.
    package static let longestLease: Int64 = 600_000

    /// Releases the claims of a process that died or was suspended for too long.
    ///
    /// A lease that is too long was set by a clock that was ahead, so it is treated as expired. The
    /// owner's own leases never expire here, whatever its clock did, because the owner is alive.
    private func recoverLeases(now: Instant, owner: Int64) throws(StorageError) {
        // Two ranges of one index. With an OR, SQLite would read all leases.
        let sql = """
            SELECT id, lane, due, owner, lease_until FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until <= ?1 AND owner <> ?2
            UNION ALL
            SELECT id, lane, due, owner, lease_until FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until > ?1 + \(Self.longestLease) AND owner <> ?2
            """
        let lost = try database.rows(sql, [.integer(now.milliseconds), .integer(owner)]) {
            (
                endpoint: $0.integer(1), due: $0.clampedInstant(2),
                lease: [.integer($0.integer(0)), .integer($0.integer(3)), .integer($0.integer(4))]
                    as [Value]
            )
        }
        guard !lost.isEmpty else { return }
        var endpoints = EndpointTable(database)
        for row in lost {
            let released = try database.change(Self.release + " AND lease_until = ?", row.lease)
            guard released == 1 else { continue }
            endpoints.noteDue(row.due, endpoint: row.endpoint)
        }
        try endpoints.writeDue()
    }

    private static let release =
        """
        UPDATE callbacks SET state = 0, lease_until = NULL, owner = NULL
        WHERE id = ? AND state = 1 AND owner = ?
        """

    /// Releases claims without an attempt.
    package func release(_ claims: [Claim], owner: Int64) throws(StorageError) {
        guard !claims.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            var endpoints = EndpointTable(database)
            for claim in claims {
                let released = try database.change(
                    Self.release, [.integer(claim.id), .integer(owner)])
                guard released == 1 else { continue }
                endpoints.noteDue(claim.due, endpoint: claim.endpoint)
            }
            try endpoints.writeDue()
        }
    }

    /// Renews the leases of callbacks in flight. Skips those that another process has claimed.
    package func renew(_ ids: [Int64], owner: Int64, until end: Instant) throws(StorageError) {
        guard !ids.isEmpty else { return }
        let renew = try database.prepare(
            "UPDATE callbacks SET lease_until = ? WHERE id = ? AND state = 1 AND owner = ?")
        for id in ids {
            renew.bind([.integer(end.milliseconds), .integer(id), .integer(owner)])
            try renew.run()
        }
    }

    /// Returns when the next callback is due or the next lease expires, or `nil` if the queue is
    /// idle.
    ///
    /// A time further ahead than any retry delay is treated as now.
    package func nextWork(now: Instant, owner: Int64) throws(StorageError) -> Instant? {
        try hasWorkTooFarAhead(now: now, owner: owner) ? now : earliestWork()
    }

    private func earliestWork() throws(StorageError) -> Instant? {
        // Each part reads the first entry of an index. One `min` over all speeds would read all
        // entries.
        let parts = EndpointSpeed.allCases.map {
            """
            SELECT min(next_due) AS at FROM lanes
            WHERE pace = \($0.rawValue) AND next_due IS NOT NULL
            """
        }
        let leases = "SELECT min(lease_until) FROM callbacks WHERE state = 1"
        let all = (parts + [leases]).joined(separator: " UNION ALL ")
        let next = try database.row("SELECT min(at) FROM (\(all))") { $0.optionalInstant(0) }
        return next.flatMap { $0 }
    }
}

extension CallbackQueue {
    /// Records finished attempts in the log and in the queue. Must be called within a transaction.
    ///
    /// Skips attempts whose lease was lost: the process that claimed the callback records its own
    /// attempt.
    package func finish(
        _ attempts: [FinishedAttempt], owner: Int64, _ writer: inout AttemptWriter
    ) throws(StorageError) {
        let statements = try FinishStatements(database)
        var endpoints = EndpointTable(database)
        var news: [Int64: EndpointChanges] = [:]
        var records: [Attempt] = []
        var dimensions: [Int64: AttemptDimensions] = [:]
        for attempt in attempts where try statements.finish(attempt, owner: owner) {
            let endpoint = attempt.claim.endpoint
            records.append(attempt.attempt(reusing: &dimensions[endpoint]))
            try statements.keep(attempt)
            if let next = attempt.nextAttempt { endpoints.noteDue(next, endpoint: endpoint) }
            news[endpoint, default: EndpointChanges()].take(attempt)
        }
        // Recording one attempt at a time would take a fifth of the total time.
        _ = try writer.record(records)
        try endpoints.writeDue()
        for (endpoint, news) in news.sorted(by: { $0.key < $1.key }) {
            try write(news, endpoint: endpoint)
        }
    }

    private func write(_ news: EndpointChanges, endpoint: Int64) throws(StorageError) {
        if let speed = news.speed, speed != news.speedBefore {
            try database.execute(
                "UPDATE lanes SET pace = ? WHERE id = ?",
                [Value(speed.rawValue), .integer(endpoint)])
        }
        if let success = news.lastSuccess {
            try database.execute(
                "UPDATE lanes SET last_success = ? WHERE id = ?",
                [.integer(success.milliseconds), .integer(endpoint)])
        }
    }

    /// Returns whether an endpoint has failed for so long that its profile must be disabled.
    ///
    /// - Parameter start: When the profile was enabled. Earlier attempts do not count.
    package func isUnresponsive(
        endpoint: Int64, activeSince start: Instant, now: Instant
    ) throws(StorageError) -> Bool {
        let sql = "SELECT ifnull(last_success, created_at) FROM lanes WHERE id = ?"
        let recorded = try database.row(sql, [.integer(endpoint)]) { $0.instant(0) }
        let last = recorded ?? start
        // A time in the future comes from a wrong clock and says nothing. It is not reset, because
        // the wrong clock may be this one.
        let known = [last, start].filter { $0 <= now }.max() ?? now
        return try DisableRule.applies(lastSuccess: known, now: now) {
            () throws(StorageError) in
            let start = now.advanced(seconds: -DisableRule.silence)
            let count = """
                SELECT count(*) FROM (
                    SELECT 1 FROM callbacks INDEXED BY callbacks_failed
                    WHERE lane = ? AND state = 3 AND finished_at > ? LIMIT ?)
                """
            return Int(
                try database.integer(
                    count,
                    [
                        .integer(endpoint), .integer(start.milliseconds),
                        Value(DisableRule.failures),
                    ]))
        }
    }
}

extension CallbackQueue {
    /// Returns when a profile will be disabled if nothing is delivered to it, or `nil` if too few
    /// of its callbacks failed until now.
    static func disablesAt(
        profile: String, company: String, now: Instant, in database: Database
    ) throws(StorageError) -> Instant? {
        let sql = """
            SELECT ifnull(last_success, created_at), (
                SELECT count(*) FROM (
                    SELECT 1 FROM callbacks INDEXED BY callbacks_failed
                    WHERE lane = lanes.id AND state = 3 AND finished_at > ?3 LIMIT ?4))
            FROM lanes WHERE company = ?1 AND name = ?2
            """
        let start = now.advanced(seconds: -DisableRule.silence)
        let values: [Value] = [
            .text(company), .text(profile), .integer(start.milliseconds),
            Value(DisableRule.failures),
        ]
        let row = try database.row(sql, values) { ($0.clampedInstant(0), $0.int(1)) }
        guard let row, row.1 >= DisableRule.failures else { return nil }
        return row.0.advanced(seconds: DisableRule.silence)
    }
}

/// What the attempts of one batch say about their endpoint.
struct EndpointChanges {
    private(set) var speed: EndpointSpeed?
    private(set) var speedBefore: EndpointSpeed?
    private(set) var lastSuccess: Instant?

    mutating func take(_ attempt: FinishedAttempt) {
        speedBefore = attempt.claim.speed
        if let speed = attempt.speed { self.speed = speed }
        if attempt.state == .delivered { lastSuccess = attempt.at }
    }
}

/// The rule that disables a profile whose endpoint keeps failing.
package enum DisableRule {
    /// The minimum time without a success, in seconds.
    package static let silence: Int64 = 5 * 86_400
    /// The minimum number of callbacks that failed in that time.
    package static let failures = 20

    /// Returns whether to disable the profile.
    ///
    /// - Parameters:
    ///   - lastSuccess: The time of the last success, or else of the start of observation.
    ///   - now: The current time.
    ///   - failed: Returns how many callbacks failed in the last five days. Called only if needed.
    package static func applies<Failure>(
        lastSuccess: Instant, now: Instant, failed: () throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        guard lastSuccess.advanced(seconds: silence) <= now else { return false }
        return try failed() >= failures
    }
}
