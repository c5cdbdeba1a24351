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
