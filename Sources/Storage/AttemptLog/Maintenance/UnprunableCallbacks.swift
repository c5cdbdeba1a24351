import SQL
import StorageErrors

/// The callbacks that are still in the gateway's queue, so that further attempts may follow.
///
/// If its attempts were deleted, a callback would count again with its next attempt. Pruning
/// therefore keeps them. The queue deletes a finished callback after the retention time; after
/// that, its attempts can be deleted as well.
enum UnprunableCallbacks {
    /// Returns a condition on `attempts` that is true if the queue contains the callback.
    ///
    /// A file without a gateway has no queue. Its table belongs to another module, which this one
    /// does not import, and only its key is read here.
    static func condition(in database: Database) throws(StorageError) -> String {
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
