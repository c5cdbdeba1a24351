import CivilTime
import SQLite

extension Ledger {
    /// Makes the frozen mails of a report due once more; one that a run is at stays with it.
    ///
    /// - Returns: the deliveries to be sent now.
    func requeue(
        _ report: Int64, failedOnly: Bool, now: Instant
    ) throws(DatabaseError) -> [Int64] {
        try database.transaction { () throws(DatabaseError) in
            let states = failedOnly ? "('sending', 'accepted')" : "('sending')"
            let ids = try database.rows(
                "SELECT id FROM deliveries WHERE report = ? AND state NOT IN \(states) ORDER BY id",
                [.integer(report)], { $0.integer(0) })
            for id in ids {
                try database.execute(
                    """
                    UPDATE deliveries SET state = 'pending', attempts = 0, first_attempt = NULL,
                        next_attempt = ?, handed_over = NULL, operator_told = 0
                    WHERE id = ?
                    """, [.integer(now.milliseconds), .integer(id)])
            }
            return ids
        }
    }
}
