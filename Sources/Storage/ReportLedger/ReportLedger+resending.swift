package import CivilTime
import SQL
package import StorageErrors

extension ReportLedger {
    /// Makes the stored emails of a report due again, except those that a run is sending.
    package func requeue(
        _ report: Int64, failedOnly: Bool, now: Instant
    ) throws(StorageError) {
        let others = failedOnly ? "('sending', 'accepted')" : "('sending')"
        try database.execute(
            """
            UPDATE deliveries SET state = 'pending', attempts = 0, first_attempt = NULL,
                next_attempt = ?, handed_over = NULL, operator_told = 0
            WHERE report = ? AND state NOT IN \(others)
            """, [.integer(now.milliseconds), .integer(report)])
    }

    /// Returns the emails of a report that are due and that no run is sending.
    package func dueDeliveries(ofReport report: Int64, now: Instant) throws(StorageError) -> [Int64]
    {
        try database.rows(
            """
            SELECT id FROM deliveries
            WHERE report = ? AND state = 'pending' AND next_attempt <= ? ORDER BY id
            """, [.integer(report), .integer(now.milliseconds)]
        ) { $0.integer(0) }
    }
}
