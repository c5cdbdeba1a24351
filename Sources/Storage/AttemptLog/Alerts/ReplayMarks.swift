import CivilTime
import SQL
import StorageErrors

/// Marks the callbacks that someone sent again, so that alerts can leave these attempts out.
///
/// A replay says something about an old callback, and nothing about whether an endpoint fails now.
/// Reports count replays like all other attempts.
struct ReplayMarks {
    let database: Database

    /// How long a mark is kept, in milliseconds. Alerts consider no older attempts.
    private static let memory: Int64 = 30 * 86_400_000

    /// Marks the attempts at a callback that follow.
    ///
    /// - Parameter attempts: The number of attempts so far. After a second replay, the first one
    ///   still is one.
    func add(
        _ callbackID: String, company: String, after attempts: Int, at now: Instant
    ) throws(StorageError) {
        try database.execute(
            "DELETE FROM replays WHERE replayed_at < ?",
            [.integer(now.milliseconds - Self.memory)])
        try database.execute(
            """
            INSERT INTO replays VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
                attempts = min(attempts, excluded.attempts), replayed_at = excluded.replayed_at
            """,
            [.text(company), .text(callbackID), Value(attempts), .integer(now.milliseconds)])
    }

    /// Returns whether a company has any marks.
    func areAny(ofCompany sid: String) throws(StorageError) -> Bool {
        try database.integer("SELECT EXISTS(SELECT 1 FROM replays WHERE company = ?)", [.text(sid)])
            == 1
    }

    /// Returns a condition that leaves out replays, for a query of attempts.
    ///
    /// - Parameter attempts: The name of the table of attempts in the query.
    static func exclusion(of attempts: String = "attempts") -> String {
        """
        AND NOT EXISTS(
            SELECT 1 FROM replays
            WHERE replays.company = (SELECT sid FROM companies WHERE id = \(attempts).company)
                AND replays.callback_id = \(attempts).callback_id
                AND \(attempts).attempt > replays.attempts)
        """
    }
}
