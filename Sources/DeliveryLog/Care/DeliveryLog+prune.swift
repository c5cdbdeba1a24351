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
        var dropped = 0
        for company in try database.rows("SELECT id FROM companies", [], { $0.integer(0) }) {
            while true {
                let batch = try dropBatch(company, before: limit)
                if batch == 0 { break }
                dropped += batch
                progress(dropped)
            }
        }
        return dropped
    }

    private func raiseLimit(to limit: Instant) throws(DatabaseError) {
        try database.execute(
            """
            INSERT INTO log_limit(id, pruned_before) VALUES(1, ?)
            ON CONFLICT(id) DO UPDATE SET pruned_before = max(pruned_before, excluded.pruned_before)
            """, [.integer(limit.milliseconds)])
    }

    private func dropBatch(
        _ company: Int64, before limit: Instant
    ) throws(DatabaseError) -> Int {
        try database.transaction { () throws(DatabaseError) in
            let ids = try database.rows(
                """
                SELECT callback_id FROM attempts
                WHERE company = ? AND finished_at < ? AND superseded = 0 LIMIT 1000
                """, [.integer(company), .integer(limit.milliseconds)], { $0.text(0) })
            let drop = try database.prepare(
                "DELETE FROM attempts WHERE company = ? AND callback_id = ?")
            var dropped = 0
            for id in ids {
                drop.bind([.integer(company), .text(id)])
                try drop.run()
                dropped += database.changes
            }
            return dropped
        }
    }
}
