package import CivilTime
package import DeliveryLog
package import SQLite

extension AttemptLog {
    /// Drops whole callbacks whose latest attempt finished before a limit; their counts stay.
    ///
    /// Callbacks that are not over stay, and so do those that the gateway can still send again:
    /// their next attempt has to find the earlier ones, or it would be counted twice.
    ///
    /// The limit is rounded down to a UTC day. From then on records before it are refused, so
    /// that nothing is counted twice. Callbacks go in small transactions, so that other
    /// programs wait for a moment only; one that is interrupted goes on when it is run again.
    ///
    /// - Parameter progress: called after each transaction with the attempts dropped so far.
    @discardableResult
    package func prune(
        before limit: Instant, progress: (Int) -> Void = { _ in }
    ) throws(DatabaseError) -> Pruned {
        let limit = BucketSize.day.start(of: limit)
        try raiseLimit(to: limit)
        let end = AttemptRowID.first(at: limit)
        var pruning = try Pruning(database, from: 0, to: end)
        while try database.transaction(.write, { () throws(DatabaseError) in try pruning.step() }) {
            progress(pruning.pruned.attempts)
            database.yieldWriteLock(.long)
        }
        try CallbackIndex(database: database).drop(before: end)
        let shared = SharedCallbackStore(database)
        while try shared.drop(before: limit) { database.yieldWriteLock(.long) }
        return pruning.pruned
    }

    private func raiseLimit(to limit: Instant) throws(DatabaseError) {
        try database.execute(
            """
            INSERT INTO log_limit(id, pruned_before) VALUES(1, ?)
            ON CONFLICT(id) DO UPDATE SET pruned_before = max(pruned_before, excluded.pruned_before)
            """, [.integer(limit.milliseconds)])
    }
}
