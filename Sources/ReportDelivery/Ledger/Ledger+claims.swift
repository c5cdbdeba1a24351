package import CivilTime
import DeliveryLog
package import Reporting
package import SQLite
package import Scheduling
import Storage

/// Claims; all that belongs to one is called within one transaction, so that figures, mails and
/// claim are there together or not at all.
extension Ledger {
    /// Whether an occurrence is claimed or skipped already.
    func isRecorded(_ claim: ReportKey) throws(DatabaseError) -> Bool {
        try period(of: claim.occurrence, claim.company, claim.frequency) != nil
    }

    /// The number that the next report of a series has.
    func nextNumber(_ claim: ReportKey) throws(DatabaseError) -> Int {
        let sql = "SELECT max(number) FROM reports WHERE company = ? AND frequency = ?"
        let values: [Value] = [.text(claim.company), .text(claim.frequency.rawValue)]
        return (try database.row(sql, values) { $0.count(0) } ?? 0) + 1
    }

    /// Records an occurrence with its report.
    func record(
        _ claim: ReportKey, _ report: StoredReport, number: Int, now: Instant
    ) throws(DatabaseError) {
        let id = try insert(
            claim, standing: report.standing,
            [Value(number), nil, .text(report.sender), .blob(report.body)], now: now)
        for (form, content) in report.forms {
            try database.execute(
                "INSERT INTO report_forms VALUES(?, ?, ?)",
                [.integer(id), .text(form.rawValue), .text(content)])
        }
        for letter in report.letters { try store(letter, ofReport: id, now: now) }
    }

    /// Records an occurrence that is not reported, with the reason.
    func skip(
        _ claim: ReportKey, because reason: String, standing: Tally?, now: Instant
    ) throws(DatabaseError) {
        _ = try insert(claim, standing: standing, [nil, .text(reason), nil, nil], now: now)
    }

    /// Records an occurrence and moves its series on.
    ///
    /// - Parameter values: number, reason to skip it, sender and body.
    private func insert(
        _ claim: ReportKey, standing: Tally?, _ values: [Value], now: Instant
    ) throws(DatabaseError) -> Int64 {
        try database.execute(
            """
            INSERT INTO reports(company, frequency, occurrence, period_start, claimed_at, time_zone,
                standing_delivered, standing_failed, standing_retrying, number, skipped, sender,
                body)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(claim.company), .text(claim.frequency.rawValue),
                .integer(claim.occurrence.milliseconds),
                .integer(claim.period.start.milliseconds), .integer(now.milliseconds),
                .text(claim.timeZone), Value(standing?.delivered), Value(standing?.failed),
                Value(standing?.retrying),
            ] + values)
        let id = database.lastInsertedRow
        try advance(claim)
        return id
    }

    private func advance(_ claim: ReportKey) throws(DatabaseError) {
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

    private func store(
        _ letter: StoredReport.RecipientMessage, ofReport id: Int64, now: Instant
    ) throws(DatabaseError) {
        try database.execute(
            """
            INSERT INTO deliveries(report, address, message_id, header, state, next_attempt)
            VALUES(?, ?, ?, ?, 'pending', ?)
            """,
            [
                .integer(id), .text(letter.address), .text(letter.messageID),
                .blob(letter.header), .integer(now.milliseconds),
            ])
    }
}

extension Ledger {
    /// What the last report of a series before an occurrence held; nil when there is none.
    package func lastReport(
        _ company: String, _ frequency: Frequency, before occurrence: Instant
    ) throws(DatabaseError) -> LastReport? {
        let sql = """
            SELECT period_start, occurrence, standing_delivered, standing_failed, standing_retrying
            FROM reports WHERE company = ? AND frequency = ? AND occurrence < ?
                AND standing_delivered IS NOT NULL ORDER BY occurrence DESC LIMIT 1
            """
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
        ]
        return try database.row(sql, values) { row in
            LastReport(
                period: row.period(from: 0, to: 1),
                standing: Tally(
                    delivered: row.count(2), failed: row.count(3), retrying: row.count(4)))
        }
    }

    /// The recorded period of an occurrence; nil when it is not recorded.
    package func period(
        of occurrence: Instant, _ company: String, _ frequency: Frequency
    ) throws(DatabaseError) -> Period? {
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

    /// The periods of a series whose reports expired since the last one was claimed.
    func expiredSinceLastReport(
        _ company: String, _ frequency: Frequency
    ) throws(DatabaseError) -> [Period] {
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
