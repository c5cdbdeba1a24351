package import CivilTime
package import SQLite
import Scheduling
package import Settings

/// Whether the reports are well, at one instant.
package struct Health: Sendable {
    /// nil when there never was a run.
    package var lastRun: Instant?
    /// Reports that were due for longer than a run may take to come.
    package var overdue: Int
    /// Mails that were tried and wait to be tried again.
    package var waiting: Int
    /// Mails of the latest report of each series that were given up.
    package var givenUp: Int
    /// Companies held up by a mistake in the configuration.
    package var invalidCompanies: Int
    package var now: Instant
    /// The reports that are not well, by company and time.
    package var troubles: [Trouble] = []

    /// A report that is not well, and why.
    package struct Trouble: Hashable, Sendable {
        package var company: String
        package var frequency: String
        /// When the report was due.
        package var due: Instant
        /// Such as `overdue`.
        package var state: String
    }

    /// A run that is older than this is missing: cron calls it every few minutes.
    package static let timeout: Int64 = 3600 * 1000

    package var lastRunIsMissing: Bool {
        guard let lastRun else { return true }
        return now.milliseconds - lastRun.milliseconds > Self.timeout
    }

    package var isWell: Bool {
        !lastRunIsMissing && overdue == 0 && waiting == 0 && givenUp == 0 && invalidCompanies == 0
    }
}

extension Ledger {
    package func health(
        of configuration: Configuration, now: Instant
    ) throws(DatabaseError) -> Health {
        try database.transaction(.read) { () throws(DatabaseError) in
            let overdue = try overdueReports(configuration, now)
            return Health(
                lastRun: try lastRun()?.finishedAt, overdue: overdue.count,
                waiting: try count(Self.waiting), givenUp: try count(Self.givenUp),
                invalidCompanies: configuration.invalidCompanies.count, now: now,
                troubles: try overdue + mailTroubles())
        }
    }

    /// Mails that were tried and wait.
    private static let waiting =
        "state IN ('deferred', 'uncertain', 'sending') AND reply IS NOT NULL"

    /// Mails of a series' latest report that were given up.
    private static let givenUp =
        """
        state IN ('rejected', 'expired') AND occurrence = (
            SELECT max(occurrence) FROM reports AS latest
            WHERE latest.company = reports.company AND latest.frequency = reports.frequency)
        """

    private static let mails = "FROM deliveries JOIN reports ON reports.id = deliveries.report"

    private func count(_ condition: String) throws(DatabaseError) -> Int {
        Int(try database.integer("SELECT count(*) \(Self.mails) WHERE \(condition)"))
    }

    private func mailTroubles() throws(DatabaseError) -> [Health.Trouble] {
        try reports(Self.waiting, "waiting") + reports(Self.givenUp, "given up")
    }

    private func reports(
        _ condition: String, _ state: String
    ) throws(DatabaseError) -> [Health.Trouble] {
        let sql = """
            SELECT DISTINCT company, frequency, occurrence \(Self.mails) WHERE \(condition)
            ORDER BY company, occurrence
            """
        return try database.rows(sql) { row in
            Health.Trouble(
                company: row.text(0), frequency: row.text(1),
                due: Instant(milliseconds: row.integer(2)), state: state)
        }
    }

    private func overdueReports(
        _ configuration: Configuration, _ now: Instant
    ) throws(DatabaseError) -> [Health.Trouble] {
        let due = now.advanced(milliseconds: -Health.timeout)
        var reports: [Health.Trouble] = []
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                guard let state = try series(company.sid, settings.frequency) else { continue }
                let planned = Plan.due(settings.schedule, state, now: due, catchUp: .max)
                reports += planned.map { report in
                    Health.Trouble(
                        company: company.sid, frequency: settings.frequency.rawValue,
                        due: report.occurrence, state: "overdue")
                }
            }
        }
        return reports
    }
}
