package import CivilTime
package import SQLite
import Scheduling

/// A delivery that this run has the lease of.
struct LeasedDelivery {
    var id: Int64
    var company: String
    var frequency: Frequency
    var occurrence: Instant
    var address: String
    var sender: String
    /// The frozen bytes of the whole mail.
    var message: [UInt8]
    /// How often it was tried, with this time.
    var attempts: Int
    var firstAttempt: Instant
    /// Whether an earlier attempt may have brought it there already.
    var mayBeDuplicate: Bool
}

extension Ledger {
    /// Deliveries that may be tried now: due ones, and those whose owner's lease ran out.
    func dueDeliveries(now: Instant) throws(DatabaseError) -> [Int64] {
        let sql = """
            SELECT id FROM deliveries
            WHERE state IN ('pending', 'deferred', 'uncertain', 'sending')
                AND next_attempt <= ? ORDER BY report, id
            """
        return try database.rows(sql, [.integer(now.milliseconds)]) { $0.integer(0) }
    }

    /// How many mails may be tried now.
    package func waitingDeliveries(now: Instant) throws(DatabaseError) -> Int {
        try dueDeliveries(now: now).count
    }

    /// Takes the lease of a delivery; nil when another run has it, or had it in the meantime.
    ///
    /// While it is being sent, `next_attempt` is the end of the lease.
    func lease(
        _ id: Int64, owner: String, now: Instant
    ) throws(DatabaseError) -> LeasedDelivery? {
        try database.transaction { () throws(DatabaseError) in
            let mayBeDuplicate = try database.integer(
                "SELECT handed_over IS NOT NULL FROM deliveries WHERE id = ?", [.integer(id)])
            let until = now.advanced(seconds: RetryRule.leaseSeconds)
            try database.execute(
                """
                UPDATE deliveries SET state = 'sending', owner = ?2, lease_until = ?4,
                    next_attempt = ?4, attempts = attempts + 1,
                    first_attempt = ifnull(first_attempt, ?3), handed_over = NULL
                WHERE id = ?1 AND next_attempt <= ?3
                    AND state IN ('pending', 'deferred', 'uncertain', 'sending')
                """,
                [
                    .integer(id), .text(owner), .integer(now.milliseconds),
                    .integer(until.milliseconds),
                ])
            guard database.changes == 1 else { return nil }
            return try leased(id, mayBeDuplicate: mayBeDuplicate == 1)
        }
    }

    private func leased(
        _ id: Int64, mayBeDuplicate: Bool
    ) throws(DatabaseError) -> LeasedDelivery? {
        let sql = """
            SELECT company, frequency, occurrence, address, sender, header, body, attempts,
                first_attempt
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE deliveries.id = ?
            """
        return try database.row(sql, [.integer(id)]) { row in
            LeasedDelivery(
                id: id, company: row.text(0),
                frequency: Frequency(rawValue: row.text(1)) ?? .daily,
                occurrence: Instant(milliseconds: row.integer(2)), address: row.text(3),
                sender: row.text(4), message: row.blob(5) + row.blob(6), attempts: row.int(7),
                firstAttempt: Instant(milliseconds: row.integer(8)),
                mayBeDuplicate: mayBeDuplicate)
        }
    }

    /// Marks the moment before the mail can be complete at the server, and renews the lease.
    ///
    /// - Returns: false when the lease was lost: then the mail must not be completed.
    func markHandingOver(_ id: Int64, owner: String, now: Instant) throws(DatabaseError) -> Bool {
        let until = now.advanced(seconds: RetryRule.leaseSeconds)
        try database.execute(
            """
            UPDATE deliveries SET handed_over = ?3, lease_until = ?4, next_attempt = ?4
            WHERE id = ?1 AND owner = ?2 AND state = 'sending'
            """,
            [
                .integer(id), .text(owner), .integer(now.milliseconds),
                .integer(until.milliseconds),
            ])
        return database.changes == 1
    }

    /// Records how an attempt ended; false when the lease was lost, then nothing changes.
    func finish(
        _ delivery: LeasedDelivery, owner: String, as state: DeliveryState, reply: String,
        nextAttempt: Instant?, now: Instant
    ) throws(DatabaseError) -> Bool {
        try database.execute(
            """
            UPDATE deliveries SET state = ?3, reply = ?4, next_attempt = ?5, finished_at = ?6,
                owner = NULL, lease_until = NULL,
                handed_over = iif(?3 = 'uncertain', handed_over, NULL)
            WHERE id = ?1 AND owner = ?2 AND state = 'sending'
            """,
            [
                .integer(delivery.id), .text(owner), .text(state.rawValue), .text(reply),
                Value(nextAttempt?.milliseconds), .integer(now.milliseconds),
            ])
        return database.changes == 1
    }

    /// Puts a delivery back that was not tried after all: the mail server is not to be bothered.
    func putBack(
        _ delivery: LeasedDelivery, owner: String, reply: String, until next: Instant
    ) throws(DatabaseError) {
        try database.execute(
            """
            UPDATE deliveries SET state = 'deferred', next_attempt = ?, owner = NULL,
                lease_until = NULL, reply = ?
            WHERE id = ? AND owner = ? AND state = 'sending'
            """,
            [.integer(next.milliseconds), .text(reply), .integer(delivery.id), .text(owner)])
    }
}
