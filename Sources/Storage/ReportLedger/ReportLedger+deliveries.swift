package import CivilTime
import SQL
package import StorageErrors

/// A delivery that this run holds the lease of.
package struct LeasedDelivery {
    package var id: Int64
    package var company: String
    package var kind: EntryKind
    package var occurrence: Instant
    package var target: DeliveryTarget
    package var messageID: String
    /// The address that receives bounces.
    package var sender: String
    /// The stored bytes of the complete email or message.
    package var message: [UInt8]
    /// The number of attempts, including this one.
    package var attempts: Int
    /// The time of the first attempt. It is never before the claim, even if the clock was behind.
    package var firstAttempt: Instant
}

/// An email that waits to be sent.
package struct OpenDelivery {
    package var id: Int64
    package var company: String
    package var kind: EntryKind
    package var occurrence: Instant
    package var target: DeliveryTarget
}

/// An email or message that may be tried now.
package struct DueDelivery: Hashable, Sendable {
    package var id: Int64
    package var channel: DeliveryChannel
}

extension ReportLedger {
    /// Returns the emails that wait, due now or later, and that no run is sending.
    package func openDeliveries(now: Instant) throws(StorageError) -> [OpenDelivery] {
        try database.rows(
            """
            SELECT deliveries.id, company, frequency, occurrence, address, channel
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE state IN ('pending', 'deferred', 'uncertain', 'sending')
                AND (state <> 'sending' OR next_attempt <= ?) ORDER BY report, deliveries.id
            """, [.integer(now.milliseconds)]
        ) { row in
            OpenDelivery(
                id: row.integer(0), company: row.text(1),
                kind: EntryKind(rawValue: row.text(2)) ?? .report(.daily),
                occurrence: Instant(milliseconds: row.integer(3)),
                target: row.target(channel: 5, address: 4))
        }
    }

    /// Records that emails will not be sent. Emails that a run is sending are left alone.
    package func recordRemoved(_ ids: [Int64], now: Instant) throws(StorageError) {
        guard !ids.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for id in ids {
                try database.execute(
                    """
                    UPDATE deliveries SET state = 'removed', next_attempt = NULL, finished_at = ?2,
                        owner = NULL, lease_until = NULL, handed_over = NULL
                    WHERE id = ?1 AND state IN ('pending', 'deferred', 'uncertain', 'sending')
                        AND (state <> 'sending' OR next_attempt <= ?2)
                    """, [.integer(id), .integer(now.milliseconds)])
            }
        }
    }

    /// Returns the condition for a delivery that may be tried at the instant in a parameter.
    private static func isDue(at parameter: String) -> String {
        """
        state IN ('pending', 'deferred', 'uncertain', 'sending') AND (next_attempt <= \(parameter)
            OR next_attempt > \(parameter) + \(ReportRetryRule.longestWait))
        """
    }

    /// Returns the deliveries that may be tried now: those that are due or whose lease has expired.
    ///
    /// Alerts come before reports, which can wait.
    ///
    /// - Parameter alertsOnly: Whether to leave out reports.
    package func dueDeliveries(
        now: Instant, alertsOnly: Bool = false
    ) throws(StorageError) -> [DueDelivery] {
        let sql = """
            SELECT deliveries.id, channel FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE \(Self.isDue(at: "?1"))
                \(alertsOnly ? "AND frequency NOT IN ('daily', 'weekly', 'monthly')" : "")
            ORDER BY frequency IN ('daily', 'weekly', 'monthly'), report, deliveries.id
            """
        return try database.rows(sql, [.integer(now.milliseconds)]) {
            DueDelivery(id: $0.integer(0), channel: $0.channel(1))
        }
    }

    /// Returns the number of emails that may be tried now.
    package func waitingDeliveries(now: Instant) throws(StorageError) -> Int {
        try dueDeliveries(now: now).count
    }

    /// Marks deliveries, durably, as ones that the server may accept from now on.
    ///
    /// Later records about these deliveries can then wait for the next commit. If a power failure
    /// loses them, the marked emails are sent again.
    package func announce(_ ids: ArraySlice<Int64>, now: Instant) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            for id in ids {
                try database.execute(
                    """
                    UPDATE deliveries SET handed_over = ?2
                    WHERE id = ?1 AND \(Self.isDue(at: "?2"))
                    """, [.integer(id), .integer(now.milliseconds)])
            }
        }
    }

    /// Removes the mark from deliveries that were not tried.
    package func withdraw(_ ids: ArraySlice<Int64>) throws(StorageError) {
        guard !ids.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for id in ids {
                try database.execute(
                    """
                    UPDATE deliveries SET handed_over = NULL
                    WHERE id = ? AND state IN ('pending', 'deferred')
                    """, [.integer(id)])
            }
        }
    }

    /// Takes the lease of a delivery. Returns nil if another run holds the lease or has sent the
    /// mail, or if an alert has to wait for an earlier one, so that a recovery never arrives before
    /// its failure.
    ///
    /// While the email is being sent, `next_attempt` is the end of the lease.
    package func lease(
        _ id: Int64, owner: String, now: Instant
    ) throws(StorageError) -> LeasedDelivery? {
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            let until = now.advanced(seconds: ReportRetryRule.leaseSeconds)
            let changed = try database.change(
                """
                UPDATE deliveries SET state = 'sending', owner = ?2, lease_until = ?4,
                    next_attempt = ?4, attempts = attempts + 1,
                    first_attempt = ifnull(first_attempt, ?3)
                WHERE id = ?1 AND \(Self.isDue(at: "?3")) AND \(Self.isNext)
                """,
                [
                    .integer(id), .text(owner), .integer(now.milliseconds),
                    .integer(until.milliseconds),
                ])
            return changed == 1 ? try leased(id) : nil
        }
    }

    /// The condition that no earlier alert about one of the same endpoints waits for the recipient.
    /// Reports have no subjects, so that the first part decides for them.
    private static let isNext = """
        NOT (EXISTS(SELECT 1 FROM alert_subjects WHERE report = deliveries.report) AND EXISTS(
            SELECT 1 FROM deliveries AS earlier
            WHERE earlier.state IN ('pending', 'deferred', 'uncertain', 'sending')
                AND earlier.report < deliveries.report AND earlier.address = deliveries.address
                AND (SELECT company FROM reports WHERE id = earlier.report)
                    = (SELECT company FROM reports WHERE id = deliveries.report)
                AND EXISTS(
                    SELECT 1 FROM alert_subjects AS this JOIN alert_subjects AS other
                        ON other.subject = this.subject
                    WHERE this.report = deliveries.report AND other.report = earlier.report)))
        """

    private func leased(_ id: Int64) throws(StorageError) -> LeasedDelivery? {
        let sql = """
            SELECT company, frequency, occurrence, address, sender, header, body, attempts,
                max(first_attempt, claimed_at), channel, message_id
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE deliveries.id = ?
            """
        return try database.row(sql, [.integer(id)]) { row in
            LeasedDelivery(
                id: id, company: row.text(0),
                kind: EntryKind(rawValue: row.text(1)) ?? .report(.daily),
                occurrence: row.instant(2), target: row.target(channel: 9, address: 3),
                messageID: row.text(10), sender: row.text(4),
                message: row.blob(5) + (row.channel(9) == .email ? row.blob(6) : []),
                attempts: row.count(7),
                firstAttempt: row.instant(8))
        }
    }

    /// Records that the server may accept the email from now on, and renews the lease.
    ///
    /// - Returns: False if the lease was lost. The email must not be completed then.
    package func markTransmitting(_ id: Int64, owner: String, now: Instant) throws(StorageError)
        -> Bool
    {
        let until = now.advanced(seconds: ReportRetryRule.leaseSeconds)
        return try change(
            .deferred,
            """
            UPDATE deliveries SET handed_over = ?3, lease_until = ?4, next_attempt = ?4
            WHERE id = ?1 AND owner = ?2 AND state = 'sending'
            """,
            [
                .integer(id), .text(owner), .integer(now.milliseconds),
                .integer(until.milliseconds),
            ])
    }

    /// Records the result of an attempt.
    ///
    /// - Parameter isLast: Whether the run records nothing afterwards. Then this record and all
    ///   earlier ones are on disk when the function returns.
    /// - Returns: False if the lease was lost. Nothing is changed then.
    package func finish(
        _ delivery: LeasedDelivery, owner: String, as state: DeliveryState, reply: String,
        nextAttempt: Instant?, now: Instant, isLast: Bool
    ) throws(StorageError) -> Bool {
        try change(
            isLast ? .now : .deferred,
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
    }

    /// Runs a statement and returns whether it changed a row.
    private func change(
        _ durable: Durability, _ sql: String, _ values: [Value]
    ) throws(StorageError) -> Bool {
        try database.transaction(durable: durable) { () throws(StorageError) in
            try database.change(sql, values) == 1
        }
    }

    /// Returns a delivery to the queue that was not tried because the server accepts nothing now.
    package func putBack(
        _ delivery: LeasedDelivery, owner: String, reply: String, until next: Instant
    ) throws(StorageError) {
        try database.execute(
            """
            UPDATE deliveries SET state = 'deferred', next_attempt = ?, owner = NULL,
                lease_until = NULL, reply = ?
            WHERE id = ? AND owner = ? AND state = 'sending'
            """,
            [.integer(next.milliseconds), .text(reply), .integer(delivery.id), .text(owner)])
    }
}

extension ReportLedger {
    /// Makes the stored emails of a report due again, except emails that a run is sending.
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
    package func dueDeliveries(
        ofReport report: Int64, now: Instant
    ) throws(StorageError) -> [DueDelivery] {
        try database.rows(
            """
            SELECT id, channel FROM deliveries
            WHERE report = ? AND state = 'pending' AND next_attempt <= ? ORDER BY id
            """, [.integer(report), .integer(now.milliseconds)]
        ) { DueDelivery(id: $0.integer(0), channel: $0.channel(1)) }
    }
}
