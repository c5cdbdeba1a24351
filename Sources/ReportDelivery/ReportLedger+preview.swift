package import CivilTime
package import Reporting
package import Settings
package import Storage
package import StorageErrors

extension ReportLedger {
    /// Returns the report of a period as it would be mailed, without claiming it.
    package func report(
        of company: CompanySettings, _ schedule: Schedule, _ period: Period, now: Instant,
        by composer: ReportComposer
    ) throws -> Report {
        try composer.report(
            of: company, schedule, period, now: now,
            lastReport: lastReport(company.sid, schedule.frequency, before: period.end))
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
