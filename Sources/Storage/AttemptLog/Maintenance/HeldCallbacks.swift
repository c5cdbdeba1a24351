import SQLite

/// The callbacks that the gateway's queue still has: a further attempt may come for any of them.
///
/// A callback whose attempts were dropped would count again with its next attempt, so pruning
/// leaves these alone. The queue forgets a finished callback after the retention time; then its
/// attempts may go as well.
enum HeldCallbacks {
    /// A condition on `attempts` that holds where the queue has the callback.
    ///
    /// A file without a gateway has no queue. The queue's table belongs to the sending of
    /// callbacks, which this module does not import; its key is all that is read of it here.
    static func condition(in database: Database) throws(DatabaseError) -> String {
        let queues = try database.integer(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'callbacks'")
        guard queues > 0 else { return "FALSE" }
        return """
            EXISTS(
                SELECT 1 FROM callbacks AS held
                WHERE held.company = (SELECT sid FROM companies WHERE id = attempts.company)
                    AND held.callback_id = attempts.callback_id)
            """
    }
}
