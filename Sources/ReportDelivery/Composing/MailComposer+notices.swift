package import Addresses
package import CivilTime
package import Mail
import Rendering
import Settings
import Storage

extension MailComposer {
    /// Returns the email that lists permanently failed emails for the operator.
    func operatorMessage(
        _ failed: [FailedMail], to address: Mailbox, at now: Instant
    ) throws -> OutgoingMessage {
        let lines = failed.map { mail in
            let verdict = mail.state == .rejected ? "rejected" : "not accepted in time"
            return "\(mail.company), \(mail.frequency.rawValue) report due "
                + "\(mail.period.end.rfc3339), to \(mail.address): \(verdict) (\(mail.reply))"
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
