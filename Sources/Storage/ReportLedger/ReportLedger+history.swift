import Alerts
package import CivilTime
import SQL
package import StorageErrors

/// What the ledger knows of the reports of one company and frequency.
package struct SeriesState: Hashable, Sendable {
    /// The start of the first run that found the series enabled since it was last disabled.
    package var countingSince: Instant
    /// The end of the last recorded period, whether sent or skipped; nil if there is none.
    package var lastOccurrence: Instant?

    package init(countingSince: Instant, lastOccurrence: Instant? = nil) {
        self.countingSince = countingSince
        self.lastOccurrence = lastOccurrence
    }
}

extension ReportLedger {
    /// Returns the recorded reports, newest first.
    ///
    /// - Parameters:
    ///   - company: The SID of a company; nil for all companies.
    ///   - id: The ID of a report; nil for all reports.
    package func history(
        company: String? = nil, id: Int64? = nil
    ) throws(StorageError) -> [ReportEntry] {
        let sql = """
            SELECT id, company, frequency, period_start, occurrence, number, skipped, time_zone,
                claimed_at, subject
            FROM reports WHERE company = ifnull(?, company) AND id = ifnull(?, id)
            ORDER BY occurrence DESC, id DESC
            """
        var entries = try database.rows(sql, [Value(company), Value(id)]) { entry($0) }
        let deliveries = try deliveries(company: company, id: id)
        for index in entries.indices {
            entries[index].deliveries = deliveries[entries[index].id] ?? []
            entries[index].state = ReportState(of: entries[index].deliveries.map(\.state))
        }
        return entries
    }

    /// Returns a stored format that is not part of the emails. Returns nil if the report or the
    /// format is not stored.
    package func storedForm(
        _ form: ReportForm, ofReport id: Int64
    ) throws(StorageError) -> String? {
        try database.row(
            "SELECT content FROM report_forms WHERE report = ? AND form = ?",
            [.integer(id), .text(form.rawValue)]
        ) { $0.text(0) }
    }

    /// Returns the body of a report's emails, or nil if the report is not stored or was skipped.
    package func body(ofReport id: Int64) throws(StorageError) -> [UInt8]? {
        let sql = "SELECT body FROM reports WHERE id = ? AND body IS NOT NULL"
        return try database.row(sql, [.integer(id)]) { $0.blob(0) }
    }

    /// Returns the stored emails of a report, in order of delivery.
    package func mails(ofReport id: Int64) throws(StorageError) -> [[UInt8]] {
        let sql = """
            SELECT header, body FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE report = ? AND channel = 'email' ORDER BY deliveries.id
            """
        return try database.rows(sql, [.integer(id)]) { $0.blob(0) + $0.blob(1) }
    }

    private func entry(_ row: borrowing Statement) -> ReportEntry {
        ReportEntry(
            id: row.integer(0), company: row.text(1),
            kind: EntryKind(rawValue: row.text(2)) ?? .report(.daily),
            period: row.period(from: 3, to: 4),
            number: row.optionalInt(5), state: .skipped, skipped: row.optionalText(6),
            timeZone: row.text(7), claimedAt: row.instant(8),
            deliveries: [], subject: row.optionalText(9))
    }

    /// Returns all deliveries of the selected reports with one query, grouped by report.
    private func deliveries(
        company: String?, id: Int64?
    ) throws(StorageError) -> [Int64: [DeliveryEntry]] {
        let sql = """
            SELECT deliveries.id, address, state, attempts, reply, message_id, next_attempt,
                first_attempt, report, channel
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE company = ifnull(?, company) AND report = ifnull(?, report)
            ORDER BY deliveries.id
            """
        let rows = try database.rows(sql, [Value(company), Value(id)]) { row in
            (report: row.integer(8), delivery: delivery(row))
        }
        return Dictionary(grouping: rows, by: \.report).mapValues { $0.map(\.delivery) }
    }

    private func delivery(_ row: borrowing Statement) -> DeliveryEntry {
        DeliveryEntry(
            id: row.integer(0), target: row.target(channel: 9, address: 1),
            state: DeliveryState(rawValue: row.text(2)) ?? .pending, attempts: row.count(3),
            reply: row.optionalText(4), messageID: row.text(5),
            nextAttempt: row.optionalInstant(6),
            firstAttempt: row.optionalInstant(7))
    }
}

/// An email that failed permanently.
package struct FailedMail {
    package var delivery: Int64
    package var company: String
    package var kind: EntryKind
    package var period: Period
    package var target: DeliveryTarget
    package var state: DeliveryState
    package var reply: String
}

extension ReportLedger {
    /// Returns the permanently failed emails that were not reported to the operator yet.
    package func unreportedFailures() throws(StorageError) -> [FailedMail] {
        try database.rows(
            """
            SELECT deliveries.id, company, frequency, period_start, occurrence, address, state, reply,
                channel
            FROM deliveries JOIN reports ON reports.id = deliveries.report
            WHERE operator_told = 0 AND state IN ('rejected', 'expired') ORDER BY deliveries.id
            """
        ) { row in
            FailedMail(
                delivery: row.integer(0), company: row.text(1),
                kind: EntryKind(rawValue: row.text(2)) ?? .report(.daily),
                period: row.period(from: 3, to: 4),
                target: row.target(channel: 8, address: 5),
                state: DeliveryState(rawValue: row.text(6)) ?? .rejected,
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

extension ReportLedger {
    /// Returns the state of every enabled series.
    package func countedSeries() throws(StorageError) -> [SeriesKey: SeriesState] {
        let sql = """
            SELECT company, frequency, counting_since, last_occurrence FROM series
            WHERE enabled = 1
            """
        let rows = try database.rows(sql) { row in
            (
                SeriesKey(
                    company: row.text(0), frequency: Frequency(rawValue: row.text(1)) ?? .daily),
                SeriesState(row, from: 2)
            )
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Enables series. A series that is new or was disabled counts from now on.
    package func enable(_ series: [SeriesKey], now: Instant) throws(StorageError) {
        guard !series.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for key in series {
                try database.execute(
                    """
                    INSERT INTO series(company, frequency, enabled, counting_since)
                    VALUES(?, ?, 1, ?) ON CONFLICT(company, frequency)
                    DO UPDATE SET enabled = 1, counting_since = excluded.counting_since
                        WHERE enabled = 0
                    """,
                    [
                        .text(key.company), .text(key.frequency.rawValue),
                        .integer(now.milliseconds),
                    ])
            }
        }
    }

    /// Disables series.
    package func disable(_ series: [SeriesKey]) throws(StorageError) {
        guard !series.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for key in series {
                try database.execute(
                    """
                    UPDATE series SET enabled = 0
                    WHERE company = ? AND frequency = ? AND enabled = 1
                    """,
                    [.text(key.company), .text(key.frequency.rawValue)])
            }
        }
    }

    /// Returns the state of an enabled series, or nil if it is disabled or unknown.
    package func series(
        _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> SeriesState? {
        let sql = """
            SELECT counting_since, last_occurrence FROM series
            WHERE company = ? AND frequency = ? AND enabled = 1
            """
        return try database.row(sql, [.text(company), .text(frequency.rawValue)]) {
            SeriesState($0, from: 0)
        }
    }
}

/// Identifies a series.
package struct SeriesKey: Hashable, Sendable {
    package var company: String
    package var frequency: Frequency

    package init(company: String, frequency: Frequency) {
        self.company = company
        self.frequency = frequency
    }
}

extension SeriesState {
    fileprivate init(_ row: borrowing Statement, from column: Int32) {
        self.init(
            countingSince: row.instant(column),
            lastOccurrence: row.optionalInstant(column + 1))
    }
}
