package import CivilTime
import SQL
package import StorageErrors

/// An email that failed permanently.
package struct FailedMail {
    package var delivery: Int64
    package var company: String
    package var frequency: Frequency
    package var period: Period
    package var address: String
    package var state: DeliveryState
    package var reply: String
}

extension ReportLedger {
    /// Returns the permanently failed emails that were not reported to the operator yet.
    package func unreportedFailures() throws(StorageError) -> [FailedMail] {
        try database.rows(
            """
            SELECT deliveries.id, company, frequency, period_start, occurrence, address, state, reply
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE operator_told = 0 AND state IN ('rejected', 'expired') ORDER BY deliveries.id
            """
        ) { row in
            FailedMail(
                delivery: row.integer(0), company: row.text(1),
                frequency: Frequency(rawValue: row.text(2)) ?? .daily,
                period: row.period(from: 3, to: 4),
                address: row.text(5), state: DeliveryState(rawValue: row.text(6)) ?? .rejected,
                reply: row.text(7))
        }
    }

    /// Returns how often the operator's address has refused a notice and when to try again.
    ///
    /// Returns nil if the address has not refused one.
    package func operatorRefusal(
        of address: String
    ) throws(StorageError) -> (attempts: Int, next: Instant)? {
        try database.row(
            "SELECT attempts, next_attempt FROM operator_refusal WHERE address = ?",
            [.text(address)]
        ) { ($0.int(0), Instant(milliseconds: $0.integer(1))) }
    }

    package func recordOperatorRefusal(
        by address: String, attempts: Int, next: Instant
    ) throws(StorageError) {
        try database.execute(
            "INSERT OR REPLACE INTO operator_refusal VALUES(1, ?, ?, ?)",
            [.text(address), Value(attempts), .integer(next.milliseconds)])
    }

    /// Records that a notice about failed emails was accepted.
    ///
    /// An email that is sent again in the meantime is not marked, so that the operator also hears
    /// of its next failure.
    package func recordOperatorNotified(_ deliveries: [Int64]) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try database.execute("DELETE FROM operator_refusal")
            for id in deliveries {
                try database.execute(
                    """
                    UPDATE deliveries SET operator_told = 1
                    WHERE id = ? AND operator_told = 0 AND state IN ('rejected', 'expired')
                    """, [.integer(id)])
            }
        }
    }
}
