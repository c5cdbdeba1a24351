package import Addresses
package import CivilTime
package import Mail
import Rendering

extension MailComposer {
    /// The mail that tells the operator what was given up.
    func operatorMessage(
        _ givenUp: [GivenUp], to address: Mailbox, at now: Instant
    ) throws -> OutgoingMessage {
        let lines = givenUp.map { mail in
            let verdict = mail.state == .rejected ? "refused" : "not taken in time"
            return "\(mail.company), \(mail.frequency.rawValue) report due "
                + "\(mail.period.end.rfc3339), to \(mail.address): \(verdict) (\(mail.reply))"
        }
        let ids = givenUp.map { String($0.delivery) }.joined(separator: ",")
        return notice(
            try renderer.operatorNotice(lines), to: address, at: now, id: "operator \(ids)")
    }

    /// The mail that tries a mail server out.
    ///
    /// - Parameter lines: how it is sent, for the reader.
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
                domain: mail.from.domain),
            text: notice.text, replyTo: mail.replyTo)
    }
}
