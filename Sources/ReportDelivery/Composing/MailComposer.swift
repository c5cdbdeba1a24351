package import Addresses
package import CivilTime
package import Mail
package import Rendering
package import Reporting
import Settings

/// Creates emails from reports.
///
/// It needs no database, so any thread can use it.
package struct MailComposer: Sendable {
    let renderer: Renderer
    let mail: MailSettings
    /// See ``GatewaySettings/publicURL``.
    var publicURL: String?
    /// See ``Configuration/pathForCommands``.
    var configuration: String?

    /// Returns the rendered subject, text and HTML of a report's emails.
    package func rendered(_ report: Report) throws -> RenderedMail {
        try renderer.mail(report)
    }

    /// Returns the emails of a report, one for each recipient, with new Message-IDs.
    ///
    /// - Parameters:
    ///   - report: The report to send.
    ///   - rendered: The result of ``rendered(_:)`` for the report.
    ///   - recipients: The addresses to send to.
    ///   - attachCSV: Whether to attach the report as CSV.
    ///   - date: The value of the `Date` header.
    package func messages(
        of report: Report, as rendered: RenderedMail, to recipients: [Mailbox], attachCSV: Bool,
        date: Instant
    ) -> [OutgoingMessage] {
        let nonce = UInt64.random(in: .min ... .max)
        let frequency = report.frequency?.rawValue ?? "custom"
        let (sid, domain) = (report.company.sid, mail.from.domain)
        return recipients.map { recipient in
            OutgoingMessage(
                from: mail.from, to: recipient, subject: rendered.subject, date: date,
                offset: report.zone.offset(at: date).seconds,
                messageID: MessageID.report(
                    company: sid, frequency: frequency, occurrence: report.period.end,
                    address: recipient.address, domain: domain, nonce: nonce),
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
