package import CivilTime
package import SQLite

extension CallbackQueue {
    /// Deletes callbacks that were over before a limit, those that ended first first, with what is
    /// kept of their attempts; tests from before it; and endpoint queues that nobody uses any more.
    ///
    /// It works in small transactions, so that other programs wait for a moment only.
    ///
    /// - Parameter steps: how many transactions it may take, for a caller that has no time.
    /// - Returns: how many callbacks it deleted, and whether it is done.
    @discardableResult
    package func prune(
        before limit: Instant, steps: Int = .max
    ) throws(DatabaseError) -> (callbacks: Int, isDone: Bool) {
        var left = steps
        let callbacks = try deleteAll(Self.overCallbacks, before: limit, &left)
        _ = try deleteAll(Self.oldTrials, before: limit, &left)
        guard left > 0 else { return (callbacks, false) }
        try LanePruning(database).prune(before: limit)
        return (callbacks, true)
    }

    private func deleteAll(
        _ sql: String, before limit: Instant, _ steps: inout Int
    ) throws(DatabaseError) -> Int {
        var all = 0
        while steps > 0 {
            try database.execute(sql, [.integer(limit.milliseconds), Value(Self.atOnce)])
            guard database.changes > 0 else { break }
            all += database.changes
            steps -= 1
            database.yieldWriteLock(.long)
        }
        return all
    }

    /// Each callback takes its exchanges with it, which have up to 8 KiB of an answer each.
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

/// Deletes endpoint queues (`lanes`) whose last callback is gone.
///
/// A company makes one with each profile, and with each host that a trigger names by a URL.
struct LanePruning {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func prune(before limit: Instant) throws(DatabaseError) {
        let idle = try database.rows(
            "SELECT id FROM lanes WHERE \(Self.isIdle)", [.integer(limit.milliseconds)]
        ) { $0.integer(0) }
        guard !idle.isEmpty else { return }
        try keepUsed(before: limit)
        // No other table refers to these any more. SQLite would read all callbacks for each, as
        // no index leads from a queue to those of them that were delivered.
        try database.withoutReferenceChecks { () throws(DatabaseError) in
            try database.transaction { () throws(DatabaseError) in
                for id in idle {
                    try database.execute(
                        "DELETE FROM lanes WHERE id = ?2 AND \(Self.isIdle)",
                        [.integer(limit.milliseconds), .integer(id)])
                }
            }
        }
    }

    /// Marks those as used that have delivered callbacks although their last success lies before
    /// the limit, as after a clock that was ahead. It reads all callbacks, once.
    private func keepUsed(before limit: Instant) throws(DatabaseError) {
        let used = try database.rows(
            """
            SELECT lane, max(finished_at) FROM callbacks
            WHERE lane IN (SELECT id FROM lanes WHERE \(Self.isIdle)) GROUP BY lane
            """, [.integer(limit.milliseconds)]
        ) { (lane: $0.integer(0), last: $0.integer(1)) }
        for (lane, last) in used {
            try database.execute(
                "UPDATE lanes SET last_success = ? WHERE id = ?", [.integer(last), .integer(lane)])
        }
    }

    /// Whether a queue was not used since the limit and has no callback but delivered ones from
    /// before it, which are pruned first.
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
