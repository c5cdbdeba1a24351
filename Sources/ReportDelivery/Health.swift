package import CivilTime
import Mail
package import Reporting
package import Settings
package import Storage
package import StorageErrors

/// The health of the scheduled reports at one instant.
package struct Health: Sendable {
    /// When the last run finished, or nil if there was none.
    package var lastRun: Instant?
    /// The number of reports that have been due for longer than ``timeout``.
    package var overdue: Int
    /// The number of emails that failed and wait for a retry, or that the last run did not send.
    package var waiting: Int
    /// The number of permanently failed emails that no later report of their series makes up for.
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
            let mails = try mailHealth(now: now)
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

extension ReportLedger {
    /// Returns a stored format of a report, or nil if it is not stored.
    ///
    /// Text and HTML are taken from the report's emails, so that they are exactly what was sent.
    package func form(
        _ form: ReportForm, ofReport id: Int64
    ) throws(StorageError) -> String? {
        switch form {
        case .text: try body(ofReport: id).flatMap { MessageText.of(kind: "plain", in: $0) }
        case .html: try body(ofReport: id).flatMap { MessageText.of(kind: "html", in: $0) }
        case .json, .csv: try storedForm(form, ofReport: id)
        }
    }
}

extension ReportLedger {
    /// Returns the report of a period as it would be mailed, without claiming it.
    package func report(
        of company: CompanySettings, _ schedule: Schedule, _ period: Period, now: Instant,
        isAsOfNow: Bool = false, by composer: ReportComposer
    ) throws -> Report {
        try snapshot { () throws(StorageError) in
            let series = SeriesKey(company: company.sid, frequency: schedule.frequency)
            let history = try composer.history(
                in: self, of: series, before: period, AttemptFingerprints(composer.builder.log))
            return try composer.report(
                of: company, schedule, period, now: now, isAsOfNow: isAsOfNow, history: history)
        }
    }

    /// Returns the report of the last complete period that ended at or before an instant.
    package func lastReport(
        of company: CompanySettings, _ schedule: Schedule, endingBy instant: Instant,
        by composer: ReportComposer
    ) throws -> Report {
        let end = schedule.occurrence(atOrBefore: instant)
        let period = try period(endingAt: end, schedule, of: company.sid)
        return try report(of: company, schedule, period, now: instant, by: composer)
    }

    /// Returns the period of an occurrence. A preview and the report itself use the same period.
    ///
    /// If the occurrence is recorded, this is the recorded period. Otherwise the period starts
    /// where the last recorded one ended.
    package func period(
        endingAt occurrence: Instant, _ schedule: Schedule, of company: String
    ) throws(StorageError) -> Period {
        if let known = try period(of: occurrence, company, schedule.frequency) { return known }
        let state = try series(company, schedule.frequency)
        guard let state, let last = state.lastOccurrence, last < occurrence else {
            return schedule.period(endingAt: occurrence)
        }
        let previous = schedule.occurrences(after: last, through: occurrence).dropLast().last
        return Plan.period(
            endingAt: occurrence, schedule, since: state.countingSince, after: previous ?? last)
    }
}
