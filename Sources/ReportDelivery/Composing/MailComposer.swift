package import Addresses
package import Alerts
package import CivilTime
import DeliveryLog
package import Mail
package import Rendering
package import Reporting
import Settings
import Storage

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

    /// Returns the rendered subject, text and HTML of an alert's emails.
    package func rendered(_ notice: AlertNotice) throws -> RenderedMail {
        try renderer.mail(notice)
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

extension MailComposer {
    /// Returns everything that will be sent and shown of an alert.
    func alert(
        _ notice: AlertNotice, to recipients: [Mailbox], _ targets: [DeliveryTarget]
    ) throws -> (subject: String, stored: StoredReport) {
        let rendered = try renderer.mail(notice)
        let content = try MessageContent(text: rendered.text, html: rendered.html, attachment: nil)
        let nonce = UInt64.random(in: .min ... .max)
        let (sid, domain) = (notice.company, mail.from.domain)
        let emails = try recipients.map { recipient in
            let message = OutgoingMessage(
                from: mail.from, to: recipient, subject: rendered.subject, date: notice.now,
                offset: notice.zone.offset(at: notice.now).seconds,
                messageID: MessageID.report(
                    company: sid, frequency: notice.kind.rawValue, occurrence: notice.now,
                    address: recipient.address, domain: domain, nonce: nonce),
                text: rendered.text, html: rendered.html,
                listID: ListID.report(company: sid, frequency: "alerts", domain: domain),
                listUnsubscribe: mail.unsubscribe, replyTo: mail.replyTo)
            return StoredReport.RecipientMessage(
                DeliveryTarget(.email, recipient.address), messageID: message.messageID,
                header: try message.header(of: content))
        }
        let stored = StoredReport(
            standing: nil, forms: [.json: notice.json], sender: mail.from.address,
            body: content.bytes,
            messages: emails + messages(to: targets, event: notice.json, slack: notice.slack))
        return (rendered.subject, stored)
    }

    /// Returns the messages to webhooks and Slack, with new IDs.
    private func messages(
        to targets: [DeliveryTarget], event: String, slack: @autoclosure () -> String
    ) -> [StoredReport.RecipientMessage] {
        targets.filter { $0.channel != .email }.map { target in
            let body = target.channel == .webhook ? event : slack()
            return StoredReport.RecipientMessage(
                target, messageID: MessageID.webhook(), header: Array(body.utf8))
        }
    }

    /// Returns the email that lists permanently failed emails for the operator.
    func operatorMessage(
        _ failed: [FailedMail], to address: Mailbox, at now: Instant
    ) throws -> OutgoingMessage {
        let lines = failed.map { mail in
            let verdict = mail.state == .rejected ? "rejected" : "not accepted in time"
            let due = mail.kind.frequency == nil ? "of" : "due"
            return "\(mail.company), \(mail.kind.name) \(due) "
                + "\(mail.period.end.rfc3339), to \(mail.target): \(verdict) (\(mail.reply))"
        }
        let ids = failed.map { String($0.delivery) }.joined(separator: ",")
        return notice(
            try renderer.operatorNotice(lines, configuration: configuration), to: address, at: now,
            id: "operator \(ids)")
    }

    /// Returns a test email for a mail server.
    ///
    /// - Parameter lines: A description of how the email is sent.
    package func testMessage(
        _ lines: [String], to address: Mailbox, at now: Instant
    ) throws -> OutgoingMessage {
        notice(try renderer.testNotice(lines), to: address, at: now, id: "test")
    }

    private func notice(
        _ notice: Notice, to address: Mailbox, at now: Instant, id: String
    ) -> OutgoingMessage {
        OutgoingMessage(
            from: mail.from, to: address, subject: notice.subject, date: now, offset: 0,
            messageID: MessageID.report(
                company: id, frequency: "notice", occurrence: now, address: address.address,
                domain: mail.from.domain, nonce: UInt64.random(in: .min ... .max)),
            text: notice.text, replyTo: mail.replyTo)
    }
}

extension MailComposer {
    /// Returns everything that will be sent and shown of a report.
    func storedReport(
        _ report: Report, for settings: ReportSettings, _ targets: [DeliveryTarget],
        standing: Standing, revised: [ReportedPeriod], at now: Instant
    ) throws -> StoredReport {
        let rendered = try rendered(report)
        let mails = messages(
            of: report, as: rendered, to: settings.recipients, attachCSV: settings.attachCSV,
            date: now)
        // The emails differ only in their headers.
        let content = try MessageContent(
            text: rendered.text, html: rendered.html,
            attachment: settings.attachCSV ? attachment(report) : nil)
        let emails = try mails.map { mail in
            StoredReport.RecipientMessage(
                DeliveryTarget(.email, mail.to.address), messageID: mail.messageID,
                header: try mail.header(of: content))
        }
        let others = messages(
            to: targets, event: report.event(at: now),
            slack: report.slack(subject: rendered.subject))
        return StoredReport(
            standing: standing, revised: revised,
            forms: [.json: report.json, .csv: report.csv], sender: mail.from.address,
            body: content.bytes, messages: emails + others)
    }
}
