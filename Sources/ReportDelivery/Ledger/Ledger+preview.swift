package import CivilTime
package import Reporting
package import Scheduling
package import Settings

extension Ledger {
    /// Returns the report of a period as it would be mailed, without claiming it.
    package func report(
        of company: CompanySettings, _ schedule: Schedule, _ period: Period,
        by composer: ReportComposer
    ) throws -> Report {
        try composer.report(
            of: company, schedule, period,
            lastReport: lastReport(company.sid, schedule.frequency, before: period.end))
    }

    /// Returns the report of the last complete period that ended at or before an instant.
    package func lastReport(
        of company: CompanySettings, _ schedule: Schedule, endingBy instant: Instant,
        by composer: ReportComposer
    ) throws -> Report {
        let end = schedule.occurrence(atOrBefore: instant)
        let period = try period(endingAt: end, schedule, of: company.sid)
        return try report(of: company, schedule, period, by: composer)
    }
}
