import CivilTime
import DeliveryLog
import Reporting
import Settings
import Storage
import StorageErrors

/// Reads the contents of due reports from the database, over its own connection.
struct ReportSnapshotReader {
    private let ledger: ReportLedger
    private let log: AttemptLog
    private let composer: ReportComposer
    private let now: Instant

    /// - Parameter now: A time before the snapshot is read. Later changes belong to the next
    ///   report.
    init(
        _ path: String, _ mails: MailComposer, tzVersion: String?, now: Instant
    ) throws(StorageError) {
        log = try AttemptLog(path: path)
        ledger = try ReportLedger(in: log)
        composer = ReportComposer(log: log, mails: mails, tzVersion: tzVersion)
        self.now = now
    }

    /// Returns the contents of the reports from one snapshot, without reports that another run has
    /// claimed.
    func drafts(_ reports: [DueReport]) throws(StorageError) -> [Draft] {
        try ledger.snapshot { () throws(StorageError) in
            var drafts: [Draft] = []
            for due in reports {
                if let draft = try draft(due) { drafts.append(draft) }
            }
            return drafts
        }
    }

    private func draft(_ due: DueReport) throws(StorageError) -> Draft? {
        let claim = ReportKey(
            company: due.company.sid, frequency: due.settings.frequency,
            occurrence: due.planned.occurrence, period: due.planned.period,
            timeZone: due.company.zone.name)
        guard try !ledger.isRecorded(claim) else { return nil }
        return Draft(
            claim: claim,
            subject: RunEvent.Subject(due.company, due.settings.frequency, claim.occurrence),
            settings: due.settings, time: now, content: try content(claim, due))
    }

    private func content(_ claim: ReportKey, _ due: DueReport) throws(StorageError)
        -> Draft.Content
    {
        if due.planned.action == .skip {
            return .skipped(reason: "missed too long ago; see 'catchUp'", standing: nil)
        }
        let standing = try composer.builder.standing(
            company: claim.company, atEndOf: claim.period)
        if due.settings.skipEmpty, try isEmpty(claim) {
            return .skipped(reason: "no callbacks in the period", standing: standing)
        }
        let number = try ledger.nextNumber(claim)
        let report = try report(claim, due, number: number)
        return .report(report, number: number, standing: standing)
    }

    private func isEmpty(_ claim: ReportKey) throws(StorageError) -> Bool {
        try log.tally(company: claim.company, in: claim.period).callbacks == 0
    }

    private func report(
        _ claim: ReportKey, _ due: DueReport, number: Int
    ) throws(StorageError) -> Report {
        let last = try ledger.lastReport(
            claim.company, claim.frequency, before: claim.occurrence)
        let expired = try ledger.expiredSinceLastReport(claim.company, claim.frequency)
        // A due report always covers its whole period, even if the clock was set back meanwhile.
        return try composer.report(
            of: due.company, due.settings.schedule, claim.period,
            now: max(now, claim.period.end), lastReport: last,
            notes: Notes(number: number, expired: expired))
    }
}
