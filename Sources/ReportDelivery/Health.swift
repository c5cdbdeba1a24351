package import CivilTime
import SQLite
import Scheduling
package import Settings
package import StorageErrors

/// The health of the scheduled reports at one instant.
package struct Health: Sendable {
    /// When the last run finished, or nil if there was none.
    package var lastRun: Instant?
    /// The number of reports that have been due for longer than ``timeout``.
    package var overdue: Int
    /// The number of emails that failed and wait for a retry.
    package var waiting: Int
    /// The number of permanently failed emails in the latest report of each series.
    package var givenUp: Int
    /// The number of companies that are skipped because their configuration is invalid.
    package var invalidCompanies: Int
    package var now: Instant
    /// The reports that need attention, ordered by company and due time.
    package var issues: [Issue] = []

    /// A report that needs attention.
    package struct Issue: Hashable, Sendable {
        package var company: String
        package var frequency: String
        /// When the report was due.
        package var due: Instant
        /// The reason, such as `overdue`.
        package var state: String
    }

    /// The time after which a missing run or report is a problem, in milliseconds. Cron starts a
    /// run every few minutes.
    package static let timeout: Int64 = 3600 * 1000

    package var lastRunIsMissing: Bool {
        guard let lastRun else { return true }
        return now.milliseconds - lastRun.milliseconds > Self.timeout
    }

    package var isHealthy: Bool {
        !lastRunIsMissing && overdue == 0 && waiting == 0 && givenUp == 0 && invalidCompanies == 0
    }
}

extension Ledger {
    package func health(
        of configuration: Configuration, now: Instant
    ) throws(StorageError) -> Health {
        try database.transaction(.read) { () throws(StorageError) in
            let overdue = try overdueReports(configuration, now)
            return Health(
                lastRun: try lastRun()?.finishedAt, overdue: overdue.count,
                waiting: try count(Self.waiting), givenUp: try count(Self.givenUp),
                invalidCompanies: configuration.invalidCompanies.count, now: now,
                issues: try overdue + mailIssues())
        }
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

    private func mailIssues() throws(StorageError) -> [Health.Issue] {
        try reports(Self.waiting, "waiting") + reports(Self.givenUp, "given up")
    }

    private func reports(
        _ condition: String, _ state: String
    ) throws(StorageError) -> [Health.Issue] {
        let sql = """
            SELECT DISTINCT company, frequency, occurrence \(Self.mails) WHERE \(condition)
            ORDER BY company, occurrence
            """
        return try database.rows(sql) { row in
            Health.Issue(
                company: row.text(0), frequency: row.text(1),
                due: Instant(milliseconds: row.integer(2)), state: state)
        }
    }

    private func overdueReports(
        _ configuration: Configuration, _ now: Instant
    ) throws(StorageError) -> [Health.Issue] {
        let due = now.advanced(milliseconds: -Health.timeout)
        var reports: [Health.Issue] = []
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                guard let state = try series(company.sid, settings.frequency) else { continue }
                let planned = Plan.due(settings.schedule, state, now: due, catchUp: .max)
                reports += planned.map { report in
                    Health.Issue(
                        company: company.sid, frequency: settings.frequency.rawValue,
                        due: report.occurrence, state: "overdue")
                }
            }
        }
        return reports
    }
}
