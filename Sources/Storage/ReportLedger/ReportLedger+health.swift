package import CivilTime
import SQL
package import StorageErrors

/// A report that needs attention.
package struct ReportIssue: Hashable, Sendable {
    package var company: String
    package var frequency: String
    /// When the report was due.
    package var due: Instant
    /// `overdue`, `waiting` or `failed`.
    package var state: String

    package init(company: String, frequency: String, due: Instant, state: String) {
        self.company = company
        self.frequency = frequency
        self.due = due
        self.state = state
    }
}

/// The emails that were not delivered.
package struct MailHealth: Hashable, Sendable {
    /// The number of emails that failed and wait for a retry.
    package var waiting: Int
    /// The number of permanently failed emails in the latest report of each series.
    package var givenUp: Int
    /// The reports of these emails. Waiting reports come first, then reports that were given up.
    /// Each group is sorted by company and due time.
    package var issues: [ReportIssue]
}

extension ReportLedger {
    /// Returns the emails that were not delivered. Call it within ``snapshot(_:)``.
    package func mailHealth() throws(StorageError) -> MailHealth {
        MailHealth(
            waiting: try count(Self.waiting), givenUp: try count(Self.givenUp),
            issues: try reports(Self.waiting, "waiting") + reports(Self.givenUp, "failed"))
    }

    /// Matches emails that failed and wait for a retry.
    private static let waiting =
        "state IN ('deferred', 'uncertain', 'sending') AND reply IS NOT NULL"

    /// Matches permanently failed emails in the latest report of a series.
    private static let givenUp =
        """
        state IN ('rejected', 'expired') AND occurrence = (
            SELECT max(occurrence) FROM reports AS latest
            WHERE latest.company = reports.company AND latest.frequency = reports.frequency)
        """

    private static let mails = "FROM deliveries JOIN reports ON reports.id = deliveries.report"

    private func count(_ condition: String) throws(StorageError) -> Int {
        Int(try database.integer("SELECT count(*) \(Self.mails) WHERE \(condition)"))
    }

    private func reports(
        _ condition: String, _ state: String
    ) throws(StorageError) -> [ReportIssue] {
        let sql = """
            SELECT DISTINCT company, frequency, occurrence \(Self.mails) WHERE \(condition)
            ORDER BY company, occurrence
            """
        return try database.rows(sql) { row in
            ReportIssue(
                company: row.text(0), frequency: row.text(1),
                due: Instant(milliseconds: row.integer(2)), state: state)
        }
    }
}
