package import CivilTime
import SQL
package import StorageErrors
package import TextSupport

/// A callback and its state.
package struct CallbackEntry: Hashable, Sendable {
    package var callback: NewCallback
    package var state: CallbackState
    package var attempts: Int
    package var createdAt: Instant
    /// When it is to be sent, while it waits. Afterwards, when it was sent.
    package var due: Instant
    package var finishedAt: Instant?
}

/// The result of replaying a callback.
package enum Replay: Hashable, Sendable {
    /// The callback waits for one more attempt.
    case queued
    /// The callback has not finished, so there is nothing to replay.
    case notFinal(CallbackState)
    case unknown
}

extension CallbackQueue {
    /// Returns a callback of a company, or `nil` if the company has none with this ID.
    package func entry(
        _ callbackID: String, company: String
    ) throws(StorageError) -> CallbackEntry? {
        let sql = """
            \(Self.contents), state, attempts, created_at, due, finished_at
            FROM callbacks WHERE company = ? AND callback_id = ?
            """
        return try database.row(sql, [.text(company), .text(callbackID)], Self.entry)
    }

    /// Returns the state and the number of attempts of a callback, or `nil` if there is none.
    ///
    /// Unlike ``entry(_:company:)``, it does not read the variables.
    package func progress(
        of callbackID: String, company: String
    ) throws(StorageError) -> (state: CallbackState, attempts: Int)? {
        try database.row(
            "SELECT state, attempts FROM callbacks WHERE company = ? AND callback_id = ?",
            [.text(company), .text(callbackID)]
        ) { (state: CallbackState(rawValue: $0.int(0)) ?? .failed, attempts: $0.count(1)) }
    }

    private static func entry(_ row: borrowing Statement) -> CallbackEntry {
        CallbackEntry(
            callback: callback(row),
            state: CallbackState(rawValue: row.int(7)) ?? .failed, attempts: row.count(8),
            createdAt: row.instant(9),
            due: row.instant(10),
            finishedAt: row.optionalInstant(11))
    }

    /// Queues one more attempt at a finished callback. If it fails, no retry follows.
    package func replay(
        _ callbackID: String, company: String, now: Instant
    ) throws(StorageError) -> Replay {
        try database.transaction { () throws(StorageError) in
            let sql = """
                SELECT id, lane, state, attempts FROM callbacks
                WHERE company = ? AND callback_id = ?
                """
            let found = try database.row(sql, [.text(company), .text(callbackID)]) {
                (
                    id: $0.integer(0), endpoint: $0.integer(1),
                    state: CallbackState(rawValue: $0.int(2)), attempts: $0.count(3)
                )
            }
            guard let found, let state = found.state else { return .unknown }
            guard state.isFinal else { return .notFinal(state) }
            let changed = try database.change(
                """
                UPDATE callbacks SET state = 0, due = ?, tries_left = 1, finished_at = NULL
                WHERE id = ? AND state = ?
                """, [.integer(now.milliseconds), .integer(found.id), Value(state.rawValue)])
            // Another request has just replayed it.
            guard changed == 1 else { return .notFinal(.waiting) }
            var endpoints = EndpointTable(database)
            endpoints.noteDue(now, endpoint: found.endpoint)
            try endpoints.writeDue()
            try ReplayMarks(database: database).add(
                callbackID, company: company, after: found.attempts, at: now)
            return .queued
        }
    }

    /// Returns which of some IDs the queue no longer knows although the log has attempts of them.
    ///
    /// - Parameter limit: About how many are enough for the caller.
    package func forgotten(
        _ ids: [String], company: String, limit: Int
    ) throws(StorageError) -> Set<ExactText> {
        let logged = try LoggedCallbacks(database).among(ids, company: company)
        var forgotten: Set<ExactText> = []
        for id in ids where logged.contains(ExactText(id)) && forgotten.count < limit {
            if try !isQueued(id, company: company) { forgotten.insert(ExactText(id)) }
        }
        return forgotten
    }

    private func isQueued(_ id: String, company: String) throws(StorageError) -> Bool {
        try database.integer(
            "SELECT count(*) FROM callbacks WHERE company = ? AND callback_id = ?",
            [.text(company), .text(id)]) > 0
    }

    /// Returns the number of callbacks in each state.
    package func counts() throws(StorageError) -> [CallbackState: Int] {
        let sql = "SELECT state, count(*) FROM callbacks GROUP BY state"
        let rows = try database.rows(sql) { (CallbackState(rawValue: $0.int(0)), $0.int(1)) }
        return rows.reduce(into: [:]) { counts, row in
            if let state = row.0 { counts[state] = row.1 }
        }
    }

    /// Returns how many callbacks wait or are in flight, and the earliest due time that has passed.
    package func depth(
        now: Instant
    ) throws(StorageError) -> (waiting: Int, inFlight: Int, oldestDue: Instant?) {
        let waiting = "SELECT count(*) FROM callbacks INDEXED BY callbacks_waiting WHERE state = 0"
        let inFlight =
            "SELECT count(*) FROM callbacks INDEXED BY callbacks_in_flight WHERE state = 1"
        let oldest = try database.row(
            "SELECT min(next_due) FROM lanes WHERE next_due <= ?", [.integer(now.milliseconds)]
        ) { $0.optionalInstant(0) }
        return (
            waiting: Int(try database.integer(waiting)),
            inFlight: Int(try database.integer(inFlight)),
            oldestDue: oldest.flatMap { $0 }
        )
    }
}

extension CallbackQueue {
    /// Deletes finished callbacks older than a limit with their exchange records, old test
    /// deliveries, and endpoint queues that are no longer used.
    ///
    /// Works in small transactions, oldest callbacks first, so that other processes wait only
    /// briefly.
    ///
    /// - Parameters:
    ///   - limit: Callbacks that finished before this time are deleted.
    ///   - steps: The maximum number of transactions, for a caller with little time.
    /// - Returns: The number of deleted callbacks, and whether pruning is complete.
    @discardableResult
    package func prune(
        before limit: Instant, steps: Int = .max
    ) throws(StorageError) -> (callbacks: Int, isDone: Bool) {
        var left = steps
        let callbacks = try deleteAll(Self.overCallbacks, before: limit, &left)
        _ = try deleteAll(Self.oldTrials, before: limit, &left)
        guard left > 0 else { return (callbacks, false) }
        try EndpointPruning(database).prune(before: limit)
        return (callbacks, true)
    }

    private func deleteAll(
        _ sql: String, before limit: Instant, _ steps: inout Int
    ) throws(StorageError) -> Int {
        var all = 0
        while steps > 0 {
            let deleted = try database.change(
                sql, [.integer(limit.milliseconds), Value(Self.atOnce)])
            guard deleted > 0 else { break }
            all += deleted
            steps -= 1
            database.yieldWriteLock(.long)
        }
        return all
    }

    /// The callbacks per transaction. Each deletes its exchange records with up to 8 KiB of
    /// response.
    private static let atOnce = 1000

    private static let overCallbacks =
        """
        DELETE FROM callbacks WHERE state > 1 AND id IN (
            SELECT id FROM callbacks INDEXED BY callbacks_over
            WHERE finished_at < ? ORDER BY finished_at LIMIT ?)
        """

    private static let oldTrials =
        "DELETE FROM trials WHERE id IN (SELECT id FROM trials WHERE finished_at < ? LIMIT ?)"
}

/// Deletes endpoint queues (`lanes`) that have no callbacks left.
///
/// Each profile creates one, and so does each host in a URL that a trigger names.
struct EndpointPruning {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func prune(before limit: Instant) throws(StorageError) {
        let idle = try database.rows(
            "SELECT id FROM lanes WHERE \(Self.isIdle)", [.integer(limit.milliseconds)]
        ) { $0.integer(0) }
        guard !idle.isEmpty else { return }
        try keepUsed(before: limit)
        // No other table refers to these queues any more. With reference checks, SQLite would read
        // all callbacks for each queue, because no index leads from a queue to its delivered
        // callbacks.
        try database.withoutReferenceChecks { () throws(StorageError) in
            try database.transaction { () throws(StorageError) in
                for id in idle {
                    try database.execute(
                        "DELETE FROM lanes WHERE id = ?2 AND \(Self.isIdle)",
                        [.integer(limit.milliseconds), .integer(id)])
                }
            }
        }
    }

    /// Marks queues as used that have delivered callbacks although their last success is before the
    /// limit, as after a clock that was ahead. Reads all callbacks once.
    private func keepUsed(before limit: Instant) throws(StorageError) {
        let used = try database.rows(
            """
            SELECT lane, max(finished_at) FROM callbacks
            WHERE lane IN (SELECT id FROM lanes WHERE \(Self.isIdle)) GROUP BY lane
            """, [.integer(limit.milliseconds)]
        ) { (endpoint: $0.integer(0), last: $0.integer(1)) }
        for (endpoint, last) in used {
            try database.execute(
                """
                UPDATE lanes SET last_success = ?1
                WHERE id = ?2 AND ifnull(last_success < ?1, TRUE)
                """, [.integer(last), .integer(endpoint)])
        }
    }

    /// Whether a queue has been unused since the limit and has no callbacks except delivered ones
    /// from before it, which are pruned first.
    private static let isIdle =
        """
        next_due IS NULL AND max(created_at, ifnull(last_success, created_at)) < ?1
            AND NOT EXISTS(
                SELECT 1 FROM callbacks INDEXED BY callbacks_failed
                WHERE lane = lanes.id AND state = 3)
            AND NOT EXISTS(
                SELECT 1 FROM callbacks INDEXED BY callbacks_waiting
                WHERE lane = lanes.id AND state = 0)
            AND id NOT IN (
                SELECT lane FROM callbacks INDEXED BY callbacks_in_flight WHERE state = 1)
        """
}
