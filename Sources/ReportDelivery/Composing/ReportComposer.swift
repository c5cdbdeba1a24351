package import Addresses
package import CivilTime
package import DeliveryLog
import Mail
package import Rendering
package import Reporting
package import Settings
package import Storage
package import StorageErrors

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
    package func report(
        of company: CompanySettings, _ schedule: Schedule?, _ period: Period, now: Instant,
        lastReport: LastReport? = nil, notes: Notes = Notes()
    ) throws(StorageError) -> Report {
        var notes = notes
        notes.tzVersion = tzVersion
        notes.page = mails.publicURL.map { "\($0)/profiles" }
        notes.configuration = mails.configuration
        notes.nextDue = schedule?.occurrence(after: min(now, period.end))
        let request = ReportRequest(
            company: Company(sid: company.sid, name: company.name, timeZone: company.zone.name),
            zone: company.zone, schedule: schedule, period: period, now: now,
            titles: company.titles,
            lastReport: lastReport, notes: notes)
        return try builder.report(request)
    }

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
