import CivilTime
import SQL
package import StorageErrors

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
                claimed_at
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
            WHERE report = ? ORDER BY deliveries.id
            """
        return try database.rows(sql, [.integer(id)]) { $0.blob(0) + $0.blob(1) }
    }

    private func entry(_ row: borrowing Statement) -> ReportEntry {
        ReportEntry(
            id: row.integer(0), company: row.text(1),
            frequency: Frequency(rawValue: row.text(2)) ?? .daily,
            period: row.period(from: 3, to: 4),
            number: row.optionalInt(5), state: .skipped, skipped: row.optionalText(6),
            timeZone: row.text(7), claimedAt: row.instant(8),
            deliveries: [])
    }

    /// Returns all deliveries of the selected reports with one query, grouped by report.
    private func deliveries(
        company: String?, id: Int64?
    ) throws(StorageError) -> [Int64: [DeliveryEntry]] {
        let sql = """
            SELECT deliveries.id, address, state, attempts, reply, message_id, next_attempt,
                first_attempt, report
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
            id: row.integer(0), address: row.text(1),
            state: DeliveryState(rawValue: row.text(2)) ?? .pending, attempts: row.count(3),
            reply: row.optionalText(4), messageID: row.text(5),
            nextAttempt: row.optionalInstant(6),
            firstAttempt: row.optionalInstant(7))
    }
}
