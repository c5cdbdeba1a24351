package import Addresses
package import CivilTime
import DeliveryLog
import Dispatch
import Mail
package import Rendering
package import Reporting
package import Settings
package import Storage
package import StorageErrors
import Synchronization

/// Prepares due reports and their emails on another thread.
final class ReportPreparation: Sendable {
    private let reports = Mutex<Result<[PreparedReport], StorageError>>(.success([]))
    private let isDone = DispatchSemaphore(value: 0)
    /// The number of emails, if no report is skipped.
    let mails: Int
    let isEmpty: Bool

    /// Starts the preparation immediately.
    ///
    /// - Parameter path: The path of the database. The thread opens its own connection.
    init(_ due: [DueReport], from path: String, by composer: ReportComposer, at now: Instant) {
        isEmpty = due.isEmpty
        mails = due.reduce(0) { $0 + $1.mails }
        guard !isEmpty else { return }
        let (mails, tzVersion) = (composer.mails, composer.tzVersion)
        DispatchQueue.global().async { [self] in
            let prepared = Result { () throws(StorageError) in
                try ReportSnapshotReader(path, mails, tzVersion: tzVersion, now: now).drafts(due)
                    .map { $0.prepared(by: mails) }
            }
            reports.withLock { $0 = prepared }
            isDone.signal()
        }
    }

    /// Waits until the reports are prepared and returns them. Call this once.
    func finished() throws(StorageError) -> [PreparedReport] {
        if !isEmpty { isDone.wait() }
        return try reports.withLock { $0 }.get()
    }
}

/// The content of a due report, read from one snapshot of the database.
struct Draft: Sendable {
    enum Content: Sendable {
        /// The report is not sent.
        case skipped(reason: String, standing: Standing?)
        case report(Report, number: Int, standing: Standing, revised: [ReportedPeriod])
    }

    var claim: ReportKey
    var subject: RunEvent.Subject
    var settings: ReportSettings
    var targets: [DeliveryTarget]
    /// When the snapshot was read. Later changes belong to the next report.
    var time: Instant
    var content: Content

    var series: SeriesKey { SeriesKey(company: claim.company, frequency: claim.frequency) }

    /// Returns the draft with its emails. This is the slowest step of preparing a report.
    func prepared(by composer: MailComposer) -> PreparedReport {
        guard case .report(let report, _, let standing, let revised) = content else {
            return PreparedReport(draft: self, stored: nil)
        }
        let stored = Result {
            try composer.storedReport(
                report, for: settings, targets, standing: standing, revised: revised, at: time)
        }
        return PreparedReport(draft: self, stored: stored)
    }
}

/// A draft with its emails.
struct PreparedReport: Sendable {
    var draft: Draft
    /// The emails, or the error that kept them from being prepared; nil if the report is skipped.
    var stored: Result<StoredReport, any Error>?
}

/// Creates reports from the delivery log, and emails from reports.
package struct ReportComposer {
    let builder: ReportBuilder
    package let mails: MailComposer
    /// The release of the tz database, such as `2026a`.
    let tzVersion: String?

    package init(
        log: AttemptLog, renderer: Renderer, mail: MailSettings, publicURL: String? = nil,
        tzVersion: String?
    ) {
        let mails = MailComposer(renderer: renderer, mail: mail, publicURL: publicURL)
        self.init(log: log, mails: mails, tzVersion: tzVersion)
    }

    init(log: AttemptLog, mails: MailComposer, tzVersion: String?) {
        builder = ReportBuilder(log: log)
        self.mails = mails
        self.tzVersion = tzVersion
    }

    /// The sender of the emails.
    package var sender: Mailbox { mails.mail.from }

    /// Returns the report of a company's period, without the details that only the ledger has.
    ///
    /// - Parameter now: The current time. If the period has not ended, the report covers it up to
    ///   this time.
    /// - Parameter isAsOfNow: Whether to ignore attempts that finished later.
    package func report(
        of company: CompanySettings, _ schedule: Schedule?, _ period: Period, now: Instant,
        isAsOfNow: Bool = false, history: ReportHistory? = nil, notes: Notes = Notes()
    ) throws(StorageError) -> Report {
        var notes = notes
        notes.tzVersion = tzVersion
        notes.page = mails.publicURL.map { "\($0)/profiles" }
        notes.configuration = mails.configuration
        notes.nextDue = schedule?.occurrence(after: min(now, period.end))
        let request = ReportRequest(
            company: Company(sid: company.sid, name: company.name, timeZone: company.zone.name),
            zone: company.zone, schedule: schedule, period: period, now: now,
            isAsOfNow: isAsOfNow, titles: company.titles, history: history, notes: notes)
        return try builder.report(request)
    }

    /// Returns what earlier reports of a series described, compared with the log, or nil if there
    /// are none.
    ///
    /// - Parameters:
    ///   - ledger: The ledger over the connection of the log.
    ///   - series: The series.
    ///   - period: The period of the report that will describe the changes.
    ///   - fingerprints: The fingerprints of the same read transaction.
    func history(
        in ledger: ReportLedger, of series: SeriesKey, before period: Period,
        _ fingerprints: AttemptFingerprints
    ) throws(StorageError) -> ReportHistory? {
        let since = period.start.advanced(seconds: -Self.correctedDays * 86_400)
        let reported = try ledger.reportedPeriods(
            series.company, series.frequency, before: period.end, since: since)
        let skipped = try ledger.skippedPeriods(
            series.company, series.frequency, before: period.end)
        return try builder.history(
            of: reported, skipped: skipped, company: series.company, fingerprints)
    }

    /// How many days before its own period a report describes corrections of.
    private static let correctedDays: Int64 = 31

    /// Returns a report in one of its text formats.
    package func text(of report: Report, as form: ReportForm) throws -> String {
        switch form {
        case .text: try mails.renderer.text(report)
        case .html: try mails.renderer.html(report)
        case .json: report.json
        case .csv: report.csv
        }
    }
}

/// Reads the contents of due reports from the database, over its own connection.
struct ReportSnapshotReader {
    private let ledger: ReportLedger
    private let log: AttemptLog
    private let composer: ReportComposer
    private let now: Instant
    private let fingerprints: AttemptFingerprints

    /// - Parameter now: A time before the snapshot is read. Later changes belong to the next
    ///   report.
    init(
        _ path: String, _ mails: MailComposer, tzVersion: String?, now: Instant
    ) throws(StorageError) {
        log = try AttemptLog(path: path)
        ledger = try ReportLedger(in: log)
        composer = ReportComposer(log: log, mails: mails, tzVersion: tzVersion)
        fingerprints = AttemptFingerprints(log)
        self.now = now
    }

    /// Returns the contents of the reports from one snapshot, without reports that another run has
    /// claimed. Call this once.
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
            settings: due.settings,
            targets: due.company.targets(of: .report(due.settings.frequency)), time: now,
            content: try content(claim, due))
    }

    private func content(_ claim: ReportKey, _ due: DueReport) throws(StorageError)
        -> Draft.Content
    {
        if due.planned.action == .skip {
            return .skipped(reason: "missed too long ago; see 'catchUp'", standing: nil)
        }
        let standing = try composer.builder.standing(
            company: claim.company, atEndOf: claim.period, fingerprints)
        let history = try composer.history(
            in: ledger, of: due.series, before: claim.period, fingerprints)
        // A report without callbacks is sent if it has to describe failures of earlier periods.
        let isNews = (history?.unreportedFailures ?? 0) > 0
        if due.settings.skipEmpty, !isNews, try isEmpty(claim) {
            return .skipped(reason: "no callbacks in the period", standing: standing)
        }
        let number = try ledger.nextNumber(claim)
        let report = try report(claim, due, history, number: number)
        return .report(
            report, number: number, standing: standing, revised: history?.revised ?? [])
    }

    private func isEmpty(_ claim: ReportKey) throws(StorageError) -> Bool {
        try log.tally(company: claim.company, in: claim.period).callbacks == 0
    }

    private func report(
        _ claim: ReportKey, _ due: DueReport, _ history: ReportHistory?, number: Int
    ) throws(StorageError) -> Report {
        let expired = try ledger.expiredSinceLastReport(claim.company, claim.frequency)
        // A due report always covers its whole period, even if the clock was set back meanwhile.
        return try composer.report(
            of: due.company, due.settings.schedule, claim.period,
            now: max(now, claim.period.end), history: history,
            notes: Notes(number: number, expired: expired))
    }
}

extension MailComposer {
    /// Creates a composer that uses the templates of a configuration.
    ///
    /// - Throws: `TemplateSetError` if a template is invalid.
    package init(_ configuration: Configuration) throws {
        let templates = try configuration.templatesDirectory.map {
            try TemplateSet(overridesIn: $0)
        }
        self.init(
            renderer: Renderer(templates: templates), mail: configuration.mail,
            publicURL: configuration.gateway.publicURL,
            configuration: configuration.pathForCommands)
    }
}

extension ReportComposer {
    /// Creates a composer that uses the templates of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The templates, mail settings and public URL.
    ///   - log: The delivery log to report on.
    ///   - tzVersion: The release of the tz database, such as `2026a`.
    /// - Throws: `TemplateSetError` if a template is invalid.
    package init(
        _ configuration: Configuration, _ log: AttemptLog, tzVersion: String?
    ) throws {
        self.init(log: log, mails: try MailComposer(configuration), tzVersion: tzVersion)
    }
}
