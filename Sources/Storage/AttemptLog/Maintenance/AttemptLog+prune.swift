package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Deletes callbacks whose latest attempt finished before a limit. Their counts are kept.
    ///
    /// Callbacks that have not finished are kept, and so are those that the gateway can still send
    /// again. Their next attempt must find the earlier ones, or the callback would be counted twice.
    ///
    /// The limit is rounded down to a UTC day. From then on, earlier records are rejected, so that
    /// nothing is counted twice. Callbacks are deleted in small transactions, so that other
    /// processes wait only briefly. Interrupted pruning continues when it is run again.
    ///
    /// - Parameters:
    ///   - limit: The time before which callbacks must have finished.
    ///   - progress: Called after each transaction with the number of attempts deleted so far.
    /// - Returns: The number of deleted attempts and kept callbacks.
    @discardableResult
    package func prune(
        before limit: Instant, progress: (Int) -> Void = { _ in }
    ) throws(StorageError) -> Pruned {
        let limit = BucketSize.day.start(of: limit)
        try raiseLimit(to: limit)
        let end = AttemptRowID.first(at: limit)
        var pruning = try Pruning(database, from: 0, to: end)
        while try database.transaction(.write, { () throws(StorageError) in try pruning.step() }) {
            progress(pruning.pruned.attempts)
            database.yieldWriteLock(.long)
        }
        try CallbackIndex(database: database).drop(before: end)
        let shared = SharedCallbackStore(database)
        while try shared.drop(before: limit) { database.yieldWriteLock(.long) }
        try DimensionPruning(database).run(before: limit)
        return pruning.pruned
    }

    private func raiseLimit(to limit: Instant) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO log_limit(id, pruned_before, copy) VALUES(1, ?1, ?1)
            ON CONFLICT(id) DO UPDATE SET (pruned_before, copy) = (?1, ?1) WHERE pruned_before < ?1
            """, [.integer(limit.milliseconds)])
    }
}
