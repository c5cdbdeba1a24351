package import CivilTime
package import Settings
package import Storage
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
    package var issues: [ReportIssue] = []

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

extension ReportLedger {
    package func health(
        of configuration: Configuration, now: Instant
    ) throws(StorageError) -> Health {
        try snapshot { () throws(StorageError) in
            let overdue = try overdueReports(configuration, now)
            let mails = try mailHealth()
            return Health(
                lastRun: try lastRun()?.finishedAt, overdue: overdue.count,
                waiting: mails.waiting, givenUp: mails.givenUp,
                invalidCompanies: configuration.invalidCompanies.count, now: now,
                issues: overdue + mails.issues)
        }
    }

    private func overdueReports(
        _ configuration: Configuration, _ now: Instant
    ) throws(StorageError) -> [ReportIssue] {
        let due = now.advanced(milliseconds: -Health.timeout)
        var reports: [ReportIssue] = []
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                guard let state = try series(company.sid, settings.frequency) else { continue }
                let planned = Plan.due(settings.schedule, state, now: due, catchUp: .max)
                reports += planned.map { report in
                    ReportIssue(
                        company: company.sid, frequency: settings.frequency.rawValue,
                        due: report.occurrence, state: "overdue")
                }
            }
        }
        return reports
    }
}
