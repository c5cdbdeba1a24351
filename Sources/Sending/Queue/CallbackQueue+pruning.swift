package import CivilTime
package import SQLite

extension CallbackQueue {
    /// Drops callbacks that were over before a limit, oldest first, with what is kept of them.
    ///
    /// Looks at so many of the oldest only that it can be called often.
    /// - Returns: how many went.
    @discardableResult
    package func prune(before limit: Instant, atMost count: Int = 10_000) throws(DatabaseError)
        -> Int
    {
        try database.transaction { () throws(DatabaseError) in
            try database.execute(
                "DELETE FROM trials WHERE finished_at < ?", [.integer(limit.milliseconds)])
            try database.execute(
                """
                DELETE FROM callbacks WHERE finished_at < ?1 AND id IN (
                    SELECT id FROM callbacks ORDER BY id LIMIT ?2)
                """, [.integer(limit.milliseconds), Value(count)])
            return database.changes
        }
    }
}
