package import Addresses
package import CivilTime
package import DeliveryLog
package import Mail
package import Rendering
package import Reporting
import SQLite
package import Scheduling
package import Settings

/// Makes reports of the log, and mails of reports.
package struct ReportComposer {
    let builder: ReportBuilder
    let renderer: Renderer
    let mail: MailSettings
    /// Release of the tz database.
    let tzVersion: String?

    package init(
        log: DeliveryLog, renderer: Renderer, mail: MailSettings, tzVersion: String?
    ) {
        builder = ReportBuilder(log: log)
        self.renderer = renderer
        self.mail = mail
        self.tzVersion = tzVersion
    }

    /// Who the mails are from.
    package var sender: Mailbox { mail.from }

    /// The report of a company's period, without what only the ledger knows.
    package func report(
        of company: CompanySettings, _ schedule: Schedule?, _ period: Period,
        lastReport: LastReport? = nil, notes: Notes = Notes()
    ) throws -> Report {
        var notes = notes
        notes.tzVersion = tzVersion
        notes.nextDue = schedule?.occurrence(after: period.end)
        let request = ReportRequest(
            company: Company(sid: company.sid, name: company.name, timeZone: company.zone.name),
            zone: company.zone, schedule: schedule, period: period, lastReport: lastReport,
            notes: notes)
        return try builder.report(request)
    }

    /// What the mails of a report show.
    package func rendered(_ report: Report) throws -> RenderedMail {
        try renderer.mail(report)
    }

    /// A form of a report as text.
    package func text(of report: Report, as form: ReportForm) throws -> String {
        switch form {
        case .text: try renderer.text(report)
        case .html: try renderer.html(report)
        case .json: report.json
        case .csv: report.csv
        }
    }

    /// The mails of a report, one to each recipient.
    ///
    /// - Parameter id: sets mails apart that are sent by hand; nil for the scheduled ones, whose
    ///   Message-IDs are the same whenever they are made.
    package func messages(
        of report: Report, as rendered: RenderedMail, to recipients: [Mailbox], attachCSV: Bool,
        date: Instant, id: String? = nil
    ) -> [OutgoingMessage] {
        let frequency = report.frequency?.rawValue ?? "custom"
        let (sid, domain) = (report.company.sid, mail.from.domain)
        return recipients.map { recipient in
            OutgoingMessage(
                from: mail.from, to: recipient, subject: rendered.subject, date: date,
                offset: report.zone.offset(at: date).seconds,
                messageID: MessageID.report(
                    company: sid, frequency: frequency + (id ?? ""),
                    occurrence: report.period.end, address: recipient.address, domain: domain),
                text: rendered.text, html: rendered.html,
                attachment: attachCSV ? attachment(report) : nil,
                listID: ListID.report(company: sid, frequency: frequency, domain: domain),
                listUnsubscribe: mail.unsubscribe, replyTo: mail.replyTo)
        }
    }

    func attachment(_ report: Report) -> OutgoingMessage.Attachment {
        let day = report.zone.civil(report.period.end).date
        let name = "callbacks-\(report.company.sid)-\(day).csv"
        return OutgoingMessage.Attachment(name: name, bytes: Array(report.csv.utf8))
    }
}
