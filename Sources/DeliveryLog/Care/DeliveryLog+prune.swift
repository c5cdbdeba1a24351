package import CivilTime
package import SQLite

extension DeliveryLog {
    /// Drops whole callbacks whose latest attempt finished before a limit; their counts stay.
    ///
    /// The limit is rounded down to a UTC day. From then on records before it are refused, so
    /// that nothing is counted twice. Callbacks go in small transactions, so that other
    /// programs wait for a moment only; one that is interrupted goes on when it is run again.
    ///
    /// - Parameter progress: called after each transaction with the attempts dropped so far.
    /// - Returns: how many attempts were dropped.
    @discardableResult
    package func prune(
        before limit: Instant, progress: (Int) -> Void = { _ in }
    ) throws(DatabaseError) -> Int {
        let limit = Level.day.start(of: limit)
        try raiseLimit(to: limit)
        let end = Place.first(at: limit)
        var pruning = try Pruning(database, from: 0, to: end)
        while try database.transaction(.write, { () throws(DatabaseError) in try pruning.step() }) {
            progress(pruning.dropped)
            database.letOthersWrite(.long)
        }
        try CallbackIndex(database: database).drop(before: end)
        return pruning.dropped
    }

    private func raiseLimit(to limit: Instant) throws(DatabaseError) {
        try database.execute(
            """
            INSERT INTO log_limit(id, pruned_before) VALUES(1, ?)
            ON CONFLICT(id) DO UPDATE SET pruned_before = max(pruned_before, excluded.pruned_before)
            """, [.integer(limit.milliseconds)])
    }
}
