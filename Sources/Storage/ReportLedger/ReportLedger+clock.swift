package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

/// The changes that a repair of the ledger made.
package struct LedgerRepair: Hashable, Sendable {
    /// The number of deleted reports whose periods have not ended yet.
    package var forgotten = 0
    /// The number of reports of ended periods that were skipped because of the wrong clock. They
    /// are due again.
    package var dueAgain = 0
    /// The number of series that start counting now instead of in the future.
    package var started = 0
    /// The number of other timestamps in the future: of runs, claims, leases and attempts.
    package var others = 0
    /// The deleted reports that were sent, or may have been, by due time. They are sent again, with
    /// other contents, when their periods have ended.
    package var sent: [SentReport] = []

    /// A deleted report and the recipients that have it.
    package struct SentReport: Hashable, Sendable {
        package var company: String
        package var frequency: String
        package var occurrence: Instant
        package var addresses: [String]
    }

    package var isEmpty: Bool { self == LedgerRepair() }
}

extension ReportLedger {
    /// Returns the latest time that a run has recorded, or nil before the first run.
    package func latestTime() throws(StorageError) -> Instant? {
        let sql = """
            SELECT max(at) FROM (
                SELECT finished_at AS at FROM runs
                UNION ALL SELECT max(last_occurrence) FROM series WHERE enabled = 1
                UNION ALL SELECT max(counting_since) FROM series WHERE enabled = 1)
            """
        return try database.row(sql) { $0.optionalInstant(0) }.flatMap { $0 }
    }

    /// Undoes what a run with a clock in the future left behind.
    ///
    /// A report of a period that has not ended is deleted, even if it was sent, because its content
    /// was not true. A report of an ended period is kept if it was sent, and is due again if it was
    /// skipped.
    package func setBack(to now: Instant) throws(StorageError) -> LedgerRepair {
        try database.transaction { () throws(StorageError) in
            var repair = LedgerRepair()
            repair.sent = try sentReports(after: now)
            repair.forgotten = try change("DELETE FROM reports WHERE occurrence > ?1", now)
            repair.dueAgain = try change(
                "DELETE FROM reports WHERE skipped IS NOT NULL AND claimed_at > ?1", now)
            repair.others = try change(Self.lastOccurrences, now)
            repair.started = try change(
                "UPDATE series SET counting_since = ?1 WHERE counting_since > ?1", now)
            for sql in Self.times { repair.others += try change(sql, now) }
            return repair
        }
    }

    private func sentReports(after now: Instant) throws(StorageError) -> [LedgerRepair.SentReport] {
        let sql = """
            SELECT reports.id, company, frequency, occurrence, address
            FROM reports JOIN deliveries ON deliveries.report = reports.id
            WHERE occurrence > ? AND (state IN ('accepted', 'uncertain')
                OR state = 'sending' AND handed_over IS NOT NULL)
            ORDER BY occurrence, reports.id, deliveries.id
            """
        let rows = try database.rows(sql, [.integer(now.milliseconds)]) { row in
            (
                id: row.integer(0), company: row.text(1), frequency: row.text(2),
                occurrence: row.instant(3), address: row.text(4)
            )
        }
        var (reports, last) = ([LedgerRepair.SentReport](), Int64?.none)
        for row in rows {
            if row.id != last {
                reports.append(
                    .init(
                        company: row.company, frequency: row.frequency,
                        occurrence: row.occurrence, addresses: []))
                last = row.id
            }
            reports[reports.count - 1].addresses.append(row.address)
        }
        return reports
    }

    /// Runs a statement with an instant and returns the number of rows that it changed.
    private func change(_ sql: String, _ now: Instant) throws(StorageError) -> Int {
        try database.change(sql, [.integer(now.milliseconds)])
    }

    /// Moves each series back to its last remaining report.
    private static let lastOccurrences = """
        UPDATE series SET last_occurrence = (
            SELECT max(occurrence) FROM reports
            WHERE reports.company = series.company AND reports.frequency = series.frequency)
        WHERE last_occurrence > ?1 OR last_occurrence IS NOT NULL AND NOT EXISTS(
            SELECT 1 FROM reports WHERE reports.company = series.company
                AND reports.frequency = series.frequency AND occurrence = last_occurrence)
        """

    /// Ends leases and waits that are too long, and moves all other future timestamps to now.
    private static let times = [
        "UPDATE runs SET finished_at = min(finished_at, ?1), pruned_at = min(pruned_at, ?1) "
            + "WHERE finished_at > ?1 OR pruned_at > ?1",
        "UPDATE reports SET claimed_at = ?1 WHERE claimed_at > ?1",
        """
        UPDATE deliveries SET next_attempt = ?1, lease_until = min(lease_until, ?1)
        WHERE next_attempt > ?1 + \(ReportRetryRule.longestWait)
        """,
        """
        UPDATE deliveries SET first_attempt = min(first_attempt, ?1),
            handed_over = min(handed_over, ?1), finished_at = min(finished_at, ?1)
        WHERE max(ifnull(first_attempt, 0), ifnull(handed_over, 0), ifnull(finished_at, 0)) > ?1
        """,
    ]
}
