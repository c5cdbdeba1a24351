package import Addresses
package import CivilTime
import DeliveryLog
import Mail
package import Rendering
package import Reporting
package import SQLite
package import Scheduling
package import Settings
package import Storage

/// Makes reports of the log, and mails of reports.
package struct ReportComposer {
    let builder: ReportBuilder
    package let mails: MailComposer
    /// Release of the tz database.
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

    /// Who the mails are from.
    package var sender: Mailbox { mails.mail.from }

    /// The report of a company's period, without what only the ledger knows.
    package func report(
        of company: CompanySettings, _ schedule: Schedule?, _ period: Period,
        lastReport: LastReport? = nil, notes: Notes = Notes()
    ) throws(DatabaseError) -> Report {
        var notes = notes
        notes.tzVersion = tzVersion
        notes.page = mails.publicURL.map { "\($0)/profiles" }
        notes.nextDue = schedule?.occurrence(after: period.end)
        let request = ReportRequest(
            company: Company(sid: company.sid, name: company.name, timeZone: company.zone.name),
            zone: company.zone, schedule: schedule, period: period, titles: company.titles,
            lastReport: lastReport, notes: notes)
        return try builder.report(request)
    }

    /// A form of a report as text.
    package func text(of report: Report, as form: ReportForm) throws -> String {
        switch form {
        case .text: try mails.renderer.text(report)
        case .html: try mails.renderer.html(report)
        case .json: report.json
        case .csv: report.csv
        }
    }
}
