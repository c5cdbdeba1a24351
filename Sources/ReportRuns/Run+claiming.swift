import CivilTime
import DeliveryLog
import Reporting
import SQLite
import Scheduling
import Settings

extension Run {
    /// Claims every report that is due and makes its mails.
    func claimDue() throws(DatabaseError) {
        try ledger.disableAll(exceptSeries: keptSeries)
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                try claimDue(company, settings)
            }
        }
    }

    /// The series that are enabled, or cannot be known to be off.
    private var keptSeries: Set<SeriesKey> {
        var kept: Set<SeriesKey> = []
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                kept.insert(
                    SeriesKey(company: company.sid, frequency: settings.frequency.rawValue))
            }
        }
        for company in configuration.heldUp {
            for frequency in Frequency.allCases {
                kept.insert(SeriesKey(company: company.sid ?? "", frequency: frequency.rawValue))
            }
        }
        return kept
    }

    private func claimDue(
        _ company: CompanySettings, _ settings: ReportSettings
    ) throws(DatabaseError) {
        let now = clock()
        let isNew = try ledger.series(company.sid, settings.frequency) == nil
        let state = try ledger.enable(company.sid, settings.frequency, now: now)
        if isNew {
            let first = settings.schedule.occurrence(after: state.countingSince)
            tell(.started(subject(company, settings.frequency, first)))
        }
        let due = Plan.due(
            settings.schedule, state, now: now, catchUp: configuration.catchUp)
        for planned in due {
            guard try claim(planned, company, settings) else { return }
        }
    }

    /// Claims one report; false when it could not be made, so that later ones wait for it.
    private func claim(
        _ planned: PlannedReport, _ company: CompanySettings, _ settings: ReportSettings
    ) throws(DatabaseError) -> Bool {
        let subject = subject(company, settings.frequency, planned.occurrence)
        let claim = Claim(
            company: company.sid, frequency: settings.frequency, occurrence: planned.occurrence,
            period: planned.period, timeZone: company.zone.name)
        if planned.action == .skip {
            try skip(claim, subject, because: "missed too long ago ('catchUp')", standing: nil)
            return true
        }
        if settings.skipEmpty, let standing = try standingIfEmpty(claim) {
            try skip(claim, subject, because: "no callbacks in the period", standing: standing)
            return true
        }
        return try make(claim, subject, company, settings)
    }

    private func make(
        _ claim: Claim, _ subject: RunEvent.Subject, _ company: CompanySettings,
        _ settings: ReportSettings
    ) throws(DatabaseError) -> Bool {
        var made = 0
        do {
            let isOurs = try ledger.claim(claim, now: clock()) { number in
                made = number
                return try composer.freeze(
                    report(claim, company, settings, number: number), for: settings, at: clock())
            }
            if isOurs {
                tell(.claimed(subject, number: made, recipients: settings.recipients.count))
            }
            return true
        } catch let error as DatabaseError {
            throw error
        } catch {
            tell(.unmade(subject, problem: "\(error)"))
            return false
        }
    }

    private func report(
        _ claim: Claim, _ company: CompanySettings, _ settings: ReportSettings, number: Int
    ) throws -> Report {
        let last = try ledger.lastReport(
            claim.company, claim.frequency, before: claim.occurrence)
        let expired = try ledger.expiredSinceLastReport(claim.company, claim.frequency)
        return try composer.report(
            of: company, settings.schedule, claim.period, lastReport: last,
            notes: Notes(number: number, expired: expired))
    }

    private func skip(
        _ claim: Claim, _ subject: RunEvent.Subject, because reason: String, standing: Tally?
    ) throws(DatabaseError) {
        let isOurs = try ledger.skip(claim, because: reason, standing: standing, now: clock())
        if isOurs { tell(.skipped(subject, reason: reason)) }
    }

    /// The standing of a period without callbacks; nil when it has some.
    private func standingIfEmpty(_ claim: Claim) throws(DatabaseError) -> Tally? {
        let tally = try log.tally(company: claim.company, in: claim.period)
        guard tally.callbacks == 0 else { return nil }
        return try composer.builder.standing(company: claim.company, atEndOf: claim.period)
    }
}
