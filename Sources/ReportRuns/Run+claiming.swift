import CivilTime
import DeliveryLog
import Reporting
import SQLite
import Scheduling
import Settings

extension Run {
    /// So many reports are claimed in one transaction: they share its way to the disk, and others
    /// who write wait for a moment only.
    private static let claimsInOne = 64

    /// Claims every report that is due and makes its mails.
    func claimDue() throws(DatabaseError) {
        var due = try dueReports()[...]
        var unmade: Set<SeriesKey> = []
        while !due.isEmpty {
            let batch = due.prefix(Self.claimsInOne)
            due = due.dropFirst(batch.count)
            let events = try ledger.database.transaction { () throws(DatabaseError) in
                try claim(batch, &unmade)
            }
            // What is told is on the disk.
            events.forEach(tell)
        }
    }

    /// - Parameter unmade: series of which a report could not be made, so that later ones wait.
    private func claim(
        _ batch: ArraySlice<DueReport>, _ unmade: inout Set<SeriesKey>
    ) throws(DatabaseError) -> [RunEvent] {
        var events: [RunEvent] = []
        for due in batch where !unmade.contains(due.series) {
            guard let event = try claim(due) else { continue }
            events.append(event)
            if case .unmade = event { unmade.insert(due.series) }
        }
        return events
    }

    /// Claims one report; nil when another run has done so.
    private func claim(_ due: DueReport) throws(DatabaseError) -> RunEvent? {
        let claim = Claim(
            company: due.company.sid, frequency: due.settings.frequency,
            occurrence: due.planned.occurrence, period: due.planned.period,
            timeZone: due.company.zone.name)
        guard try !ledger.isRecorded(claim) else { return nil }
        let subject = subject(due.company, due.settings.frequency, due.planned.occurrence)
        if due.planned.action == .skip {
            return try skip(claim, subject, because: "missed too long ago ('catchUp')")
        }
        if due.settings.skipEmpty, let standing = try standingIfEmpty(claim) {
            return try skip(
                claim, subject, because: "no callbacks in the period", standing: standing)
        }
        return try make(claim, subject, due)
    }

    private func make(
        _ claim: Claim, _ subject: RunEvent.Subject, _ due: DueReport
    ) throws(DatabaseError) -> RunEvent {
        let now = clock()
        let number = try ledger.nextNumber(claim)
        let frozen: FrozenReport
        do {
            frozen = try composer.freeze(
                report(claim, due, number: number), for: due.settings, at: now)
        } catch let error as DatabaseError {
            throw error
        } catch {
            return .unmade(subject, problem: "\(error)")
        }
        try ledger.record(claim, frozen, number: number, now: now)
        return .claimed(subject, number: number, recipients: due.settings.recipients.count)
    }

    private func report(_ claim: Claim, _ due: DueReport, number: Int) throws -> Report {
        let last = try ledger.lastReport(
            claim.company, claim.frequency, before: claim.occurrence)
        let expired = try ledger.expiredSinceLastReport(claim.company, claim.frequency)
        return try composer.report(
            of: due.company, due.settings.schedule, claim.period, lastReport: last,
            notes: Notes(number: number, expired: expired))
    }

    private func skip(
        _ claim: Claim, _ subject: RunEvent.Subject, because reason: String,
        standing: Tally? = nil
    ) throws(DatabaseError) -> RunEvent {
        try ledger.skip(claim, because: reason, standing: standing, now: clock())
        return .skipped(subject, reason: reason)
    }

    /// The standing of a period without callbacks; nil when it has some.
    private func standingIfEmpty(_ claim: Claim) throws(DatabaseError) -> Tally? {
        let tally = try log.tally(company: claim.company, in: claim.period)
        guard tally.callbacks == 0 else { return nil }
        return try composer.builder.standing(company: claim.company, atEndOf: claim.period)
    }
}
