import Mail
import TestSupport
import Testing

/// Tests of the server's replies in each step and the results for the mail.
@Suite struct SMTPRefusalTests {
    struct Case: CustomTestStringConvertible {
        let step: SMTPStep
        let reply: String
        let summary: String

        init(_ step: SMTPStep, _ reply: String, _ summary: String) {
            self.step = step
            self.reply = reply
            self.summary = summary
        }

        var testDescription: String { "\(step) \(reply)" }
    }

    @Test(
        "the reply determines the result",
        arguments: [
            Case(.greeting, "421 4.3.2 not now", "deferred greeting: 421 4.3.2 not now"),
            Case(.greeting, "450 busy", "deferred greeting: 450 busy"),
            Case(.greeting, "554 5.7.1 no service", "misconfigured greeting: 554 5.7.1 no service"),
            Case(.mail, "450 4.1.8 try later", "deferred MAIL FROM: 450 4.1.8 try later"),
            Case(.mail, "421 4.3.2 shutting down", "deferred MAIL FROM: 421 4.3.2 shutting down"),
            Case(.mail, "550 5.7.1 not you", "rejected MAIL FROM: 550 5.7.1 not you"),
            Case(
                .mail, "530 5.7.0 log in first", "misconfigured MAIL FROM: 530 5.7.0 log in first"),
            Case(.rcpt, "450 4.2.0 greylisted", "deferred RCPT TO: 450 4.2.0 greylisted"),
            Case(.rcpt, "452 4.5.3 too many", "deferred RCPT TO: 452 4.5.3 too many"),
            Case(.rcpt, "552 mailbox full", "deferred RCPT TO: 552 mailbox full"),
            Case(.rcpt, "550 5.1.1 no such user", "rejected RCPT TO: 550 5.1.1 no such user"),
            Case(.rcpt, "421 4.3.0 bye", "deferred RCPT TO: 421 4.3.0 bye"),
            Case(.rcpt, "535 5.7.8 who", "misconfigured RCPT TO: 535 5.7.8 who"),
            Case(.data, "451 4.3.0 local error", "deferred DATA: 451 4.3.0 local error"),
            Case(
                .data, "554 5.5.1 no valid recipients",
                "rejected DATA: 554 5.5.1 no valid recipients"),
            Case(
                .content, "250 2.0.0 queued as 42", "accepted end of data: 250 2.0.0 queued as 42"),
            Case(.content, "251 forwarded", "accepted end of data: 251 forwarded"),
            Case(.content, "250", "accepted end of data: 250"),
            Case(
                .content, "250-2.0.0 two\r\n250 2.0.0 lines",
                "accepted end of data: 250 2.0.0 two lines"),
            Case(.content, "450 4.7.0 later", "deferred end of data: 450 4.7.0 later"),
            Case(.content, "452 4.3.1 disk full", "deferred end of data: 452 4.3.1 disk full"),
            Case(.content, "552 5.3.4 too big", "rejected end of data: 552 5.3.4 too big"),
            Case(.content, "554 5.7.1 spam", "rejected end of data: 554 5.7.1 spam"),
            Case(
                .content, "550-5.7.1 first line\r\n550-5.7.1 second\r\n550 5.7.1 third",
                "rejected end of data: 550 5.7.1 first line second third"),
            Case(.content, "550 5.7.1 \u{1b}[31mred", "rejected end of data: 550 5.7.1 ?[31mred"),
        ])
    func answer(_ example: Case) throws {
        let smtp = try SMTPCase([example.step: [.reply(example.reply)]])
        #expect(smtp.deliver().summary == example.summary)
    }

    @Test("a reply can arrive byte by byte")
    func slowAnswer() throws {
        let smtp = try SMTPCase([.rcpt: [.slowly("550-5.1.1 no\r\n550 5.1.1 such user")]])
        #expect(smtp.deliver().summary == "rejected RCPT TO: 550 5.1.1 no such user")
    }

    @Test("a rejected recipient does not affect the next mail")
    func nextMail() throws {
        let smtp = try SMTPCase([.rcpt: [.reply("550 5.1.1 no such user")]])
        let first = smtp.deliver(to: "gone@example.com")
        let second = smtp.deliver(to: "ops@example.com")
        #expect(first.summary == "rejected RCPT TO: 550 5.1.1 no such user")
        #expect(second.summary == "accepted end of data: 250 2.0.0 queued as 1")
        #expect(smtp.server.accepted.map(\.to) == [["ops@example.com"]])
    }
}
