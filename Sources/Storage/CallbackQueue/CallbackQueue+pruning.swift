package import CivilTime
import SQL
package import StorageErrors

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
