package import CivilTime
package import Reporting
package import Scheduling
package import Settings

extension Ledger {
    /// The report of a period of a schedule as its mail shows it, without claiming it.
    package func report(
        of company: CompanySettings, _ schedule: Schedule, _ period: Period,
        by composer: ReportComposer
    ) throws -> Report {
        try composer.report(
            of: company, schedule, period,
            lastReport: lastReport(company.sid, schedule.frequency, before: period.end))
    }

    /// The report of the last whole period that ended by an instant.
    package func lastReport(
        of company: CompanySettings, _ schedule: Schedule, endingBy instant: Instant,
        by composer: ReportComposer
    ) throws -> Report {
        let end = schedule.occurrence(atOrBefore: instant)
        let period = try period(endingAt: end, schedule, of: company.sid)
        return try report(of: company, schedule, period, by: composer)
    }
}
