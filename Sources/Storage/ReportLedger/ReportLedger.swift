package import Alerts
package import CivilTime
package import DeliveryLog
package import SQL
package import StorageErrors

/// The store of every due report and each of its emails.
///
/// The ledger decides what is sent. It does so with conditional updates, so any number of runs can
/// use one database at the same time.
///
/// Guarantees:
/// - Each occurrence of a series is recorded once, as a report or as skipped. The figures, the
///   emails and the claim are committed together.
/// - Only one run at a time has the lease of an email. A run that lost its lease changes nothing.
/// - The bytes of an email never change after the claim. Every attempt sends the same bytes.
/// - An alert is not sent to a recipient before earlier ones about the same endpoint.
/// - An email that the server may have accepted is `uncertain` and is sent again. No email is lost.
///   An email is sent twice only if a run ended after ``announce(_:now:)`` marked it.
///
/// The ledger owns the tables `series`, `reports`, `report_forms`, `revisions`, `deliveries`,
/// `alert_subjects`, `runs`, `unfinished_runs` and `operator_refusal`. It never reads the clock: each
/// call gets the current time.
package final class ReportLedger {
    let database: Database

    /// Opens the ledger in a database, and creates or migrates its tables.
    package init(_ database: Database) throws(StorageError) {
        self.database = database
        try database.migrate(Self.schema)
    }

    /// Opens the ledger over the connection of a log.
    package convenience init(in log: AttemptLog) throws(StorageError) {
        try self.init(log.database)
    }

    /// The path of the database, for further connections to it.
    package var path: String { database.path }

    /// Runs `body` in one transaction: all of its changes are committed, or none.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.write, body)
    }

    /// Runs `body` in one read transaction, so that it sees one state of the database.
    package func snapshot<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.read, body)
    }
}

/// Claims.
///
/// Call all methods that belong to one claim within one transaction, so that numbers, emails and
/// claim are committed together.
extension ReportLedger {
    /// Returns whether an occurrence is already claimed or skipped.
    package func isRecorded(_ claim: ReportKey) throws(StorageError) -> Bool {
        try period(of: claim.occurrence, claim.company, claim.frequency) != nil
    }

    /// Returns the number of the next report in a series.
    package func nextNumber(_ claim: ReportKey) throws(StorageError) -> Int {
        let sql = "SELECT max(number) FROM reports WHERE company = ? AND frequency = ?"
        let values: [Value] = [.text(claim.company), .text(claim.frequency.rawValue)]
        return (try database.row(sql, values) { $0.count(0) } ?? 0) + 1
    }

    /// Records an occurrence with its report.
    package func record(
        _ claim: ReportKey, _ report: StoredReport, number: Int, now: Instant
    ) throws(StorageError) {
        let id = try insert(
            claim, standing: report.standing,
            [Value(number), nil, .text(report.sender), .blob(report.body)], now: now)
        try store(report, ofReport: id, now: now)
        for period in report.revised { try store(period, revisedBy: id) }
    }

    private func store(
        _ period: ReportedPeriod, revisedBy id: Int64
    ) throws(StorageError) {
        let (tally, fingerprint) = (period.standing.tally, period.standing.fingerprint)
        try database.execute(
            "INSERT INTO revisions VALUES(?, ?, ?, ?, ?, ?)",
            [
                .integer(id), .integer(period.report), Value(tally.delivered), Value(tally.failed),
                Value(tally.retrying), Value(fingerprint),
            ])
    }

    /// Records an occurrence without a report.
    package func skip(
        _ claim: ReportKey, because reason: String, standing: Standing?, now: Instant
    ) throws(StorageError) {
        _ = try insert(claim, standing: standing, [nil, .text(reason), nil, nil], now: now)
    }

    /// Records an occurrence and advances its series.
    ///
    /// - Parameter values: The number, the reason to skip, the sender and the body.
    private func insert(
        _ claim: ReportKey, standing: Standing?, _ values: [Value], now: Instant
    ) throws(StorageError) -> Int64 {
        let id = try database.returned(
            """
            INSERT INTO reports(company, frequency, occurrence, period_start, claimed_at, time_zone,
                standing_delivered, standing_failed, standing_retrying, fingerprint, number,
                skipped, sender, body)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            RETURNING id
            """,
            [
                .text(claim.company), .text(claim.frequency.rawValue),
                .integer(claim.occurrence.milliseconds),
                .integer(claim.period.start.milliseconds), .integer(now.milliseconds),
                .text(claim.timeZone), Value(standing?.tally.delivered),
                Value(standing?.tally.failed), Value(standing?.tally.retrying),
                Value(standing?.fingerprint),
            ] + values)
        try advance(claim)
        return id ?? 0
    }

    private func advance(_ claim: ReportKey) throws(StorageError) {
        try database.execute(
            """
            UPDATE series SET last_occurrence = max(ifnull(last_occurrence, ?3), ?3)
            WHERE company = ?1 AND frequency = ?2
            """,
            [
                .text(claim.company), .text(claim.frequency.rawValue),
                .integer(claim.occurrence.milliseconds),
            ])
    }

    /// Records an alert with its emails.
    ///
    /// - Parameters:
    ///   - kind: What the alert is about.
    ///   - subjects: The endpoints that the alert is about. Earlier alerts about them that wait are
    ///     due now, because this one is not sent before them.
    ///   - period: From when that began to the alert.
    /// - Returns: The ID of the entry.
    package func record(
        _ kind: AlertKind, of subjects: [AlertSubject], company: String, period: Period,
        timeZone: String, subject: String, _ alert: StoredReport
    ) throws(StorageError) -> Int64 {
        let values: [Value] = [.text(company), .text(kind.rawValue)]
        let last = try database.row(
            "SELECT max(occurrence), max(number) FROM reports WHERE company = ? AND frequency = ?",
            values
        ) { (occurrence: $0.optionalInstant(0), number: $0.optionalInt(1)) }
        // Two alerts of one kind can be raised in the same millisecond.
        let next = last?.occurrence?.advanced(milliseconds: 1)
        let isTaken = last?.occurrence == period.end
        let end = isTaken ? next ?? period.end : period.end
        let id = try database.returned(
            """
            INSERT INTO reports(company, frequency, occurrence, period_start, claimed_at, time_zone,
                number, sender, body, subject)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
            """,
            values + [
                .integer(end.milliseconds),
                .integer(min(period.start.milliseconds, end.milliseconds - 1)),
                .integer(period.end.milliseconds), .text(timeZone),
                Value((last?.number ?? 0) + 1), .text(alert.sender), .blob(alert.body),
                .text(subject),
            ])
        try store(alert, ofReport: id ?? 0, now: period.end)
        try store(subjects, ofAlert: id ?? 0, of: company, now: period.end)
        return id ?? 0
    }

    private func store(
        _ subjects: [AlertSubject], ofAlert id: Int64, of company: String, now: Instant
    ) throws(StorageError) {
        for subject in subjects {
            try database.execute(
                "INSERT INTO alert_subjects VALUES(?, ?)", [.integer(id), .text(subject.key)])
        }
        try database.execute(
            """
            UPDATE deliveries SET next_attempt = ?2
            WHERE state IN ('deferred', 'uncertain') AND next_attempt > ?2 AND report IN (
                SELECT earlier.report
                FROM alert_subjects AS earlier JOIN reports ON reports.id = earlier.report
                WHERE earlier.report < ?1 AND company = ?3 AND earlier.subject IN (
                    SELECT subject FROM alert_subjects WHERE report = ?1))
            """, [.integer(id), .integer(now.milliseconds), .text(company)])
    }

    private func store(
        _ report: StoredReport, ofReport id: Int64, now: Instant
    ) throws(StorageError) {
        for (form, content) in report.forms {
            try database.execute(
                "INSERT INTO report_forms VALUES(?, ?, ?)",
                [.integer(id), .text(form.rawValue), .text(content)])
        }
        for message in report.messages { try store(message, ofReport: id, now: now) }
    }

    private func store(
        _ message: StoredReport.RecipientMessage, ofReport id: Int64, now: Instant
    ) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO deliveries(report, address, message_id, header, state, next_attempt, channel)
            VALUES(?, ?, ?, ?, 'pending', ?, ?)
            """,
            [
                .integer(id), .text(message.target.address), .text(message.messageID),
                .blob(message.header), .integer(now.milliseconds),
                .text(message.target.channel.rawValue),
            ])
    }
}

extension ReportLedger {
    /// Returns the reported periods of a series that ended before an occurrence, newest first: the
    /// last one, and all that ended at or after another instant.
    ///
    /// Each is in the state that the last report before the occurrence described.
    package func reportedPeriods(
        _ company: String, _ frequency: Frequency, before occurrence: Instant, since: Instant
    ) throws(StorageError) -> [ReportedPeriod] {
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
            .integer(since.milliseconds),
        ]
        return try database.rows(Self.reportedPeriodsQuery, values) { row in
            // The state of the last revision, or else that of the report itself.
            let first: Int32 = row.isNull(7) ? 3 : 7
            return ReportedPeriod(
                report: row.integer(0), period: row.period(from: 1, to: 2),
                standing: Standing(
                    Tally(
                        delivered: row.count(first), failed: row.count(first + 1),
                        retrying: row.count(first + 2)),
                    fingerprint: row.optionalInteger(first + 3)))
        }
    }

    private static let reportedPeriodsQuery =
        """
        SELECT reports.id, period_start, occurrence, standing_delivered, standing_failed,
            standing_retrying, reports.fingerprint, last.delivered, last.failed, last.retrying,
            last.fingerprint
        FROM reports LEFT JOIN revisions AS last ON last.revised = reports.id AND last.report = (
            SELECT later.id FROM revisions JOIN reports AS later ON later.id = revisions.report
            WHERE revisions.revised = reports.id AND later.occurrence < ?3
            ORDER BY later.occurrence DESC LIMIT 1)
        WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
            AND ifnull(last.delivered, standing_delivered) IS NOT NULL
            AND occurrence >= min(?4, (
                SELECT max(occurrence) FROM reports
                WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
                    AND standing_delivered IS NOT NULL))
        ORDER BY occurrence DESC
        """

    /// Returns the periods of a series whose reports were skipped because too many were missed, since
    /// the last report before an occurrence, newest first. Their standings are empty.
    package func skippedPeriods(
        _ company: String, _ frequency: Frequency, before occurrence: Instant
    ) throws(StorageError) -> [ReportedPeriod] {
        let sql = """
            SELECT id, period_start, occurrence FROM reports
            WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3 AND skipped IS NOT NULL
                AND standing_delivered IS NULL AND occurrence > ifnull((
                    SELECT max(occurrence) FROM reports
                    WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
                        AND number IS NOT NULL), 0)
            ORDER BY occurrence DESC
            """
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
        ]
        return try database.rows(sql, values) {
            ReportedPeriod(
                report: $0.integer(0), period: $0.period(from: 1, to: 2),
                standing: Standing(Tally()))
        }
    }

    /// Returns the recorded period of an occurrence, or nil if it is not recorded.
    package func period(
        of occurrence: Instant, _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> Period? {
        let sql = """
            SELECT period_start FROM reports
            WHERE company = ? AND frequency = ? AND occurrence = ?
            """
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
        ]
        return try database.row(sql, values) {
            Period(start: min($0.instant(0), occurrence), end: occurrence)
        }
    }

    /// Returns the periods whose reports expired since the last report of the series was claimed.
    package func expiredSinceLastReport(
        _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> [Period] {
        let sql = """
            SELECT DISTINCT period_start, occurrence FROM reports AS expired
            JOIN deliveries ON deliveries.report = expired.id
            WHERE company = ?1 AND frequency = ?2 AND state = 'expired'
                AND finished_at >= (
                    SELECT ifnull(max(claimed_at), 0) FROM reports
                    WHERE company = ?1 AND frequency = ?2 AND number IS NOT NULL)
            ORDER BY occurrence
            """
        return try database.rows(sql, [.text(company), .text(frequency.rawValue)]) {
            $0.period(from: 0, to: 1)
        }
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

extension ReportLedger {
    /// Returns when the last run finished and its exit status, or nil if there was none.
    package func lastRun() throws(StorageError) -> (finishedAt: Instant, status: Int)? {
        try database.row("SELECT finished_at, status FROM runs") {
            (finishedAt: $0.instant(0), status: $0.int(1))
        }
    }

    /// Returns whether the last pruning is at least a day away, in either direction.
    package func isPruningDue(now: Instant) throws(StorageError) -> Bool {
        let last = try database.row("SELECT pruned_at FROM runs") { $0.instant(0) }
        return abs(now.milliseconds - (last?.milliseconds ?? 0)) >= 86_400_000
    }

    package func recordPruning(now: Instant) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO runs(id, finished_at, status, pruned_at) VALUES(1, ?1, 0, ?1)
            ON CONFLICT(id) DO UPDATE SET pruned_at = excluded.pruned_at
            """, [.integer(now.milliseconds)])
    }
}
