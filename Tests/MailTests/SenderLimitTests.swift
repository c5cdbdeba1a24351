import Mail
import TestSupport
import Testing

/// Tests of replies that report a sending limit.
@Suite struct SenderLimitTests {
    /// The texts of actual mail services.
    static let limits = [
        "550 5.4.5 Daily user sending limit exceeded",
        "550 5.4.5 Daily SMTP relay sending limit exceeded for customer",
        "550-5.4.5 Daily user sending quota\r\n550 5.4.5 is used up",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
        "554 5.7.0 The limit on the number of outgoing messages was exceeded. Try again later",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for "
            + "message recipients",
        "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit",
        "550 Domain example.com has exceeded the max emails per hour (100/100 (100%)) allowed.",
        "550 User reports@example.com has exceeded its 24-hour sending limit.",
        "550 5.7.1 Message quota exceeded, try again tomorrow",
        "550 Maximum credits exceeded",
        "554 5.7.1 message rate exceeded, try again later",
        "550 5.2.3 daily sending limit exceeded",
        "552 5.2.2 over quota",
        "552 5.2.2 The account that you tried to reach is over quota",
    ]

    @Test("the same mail can be sent later", arguments: limits, [SMTPStep.mail, .rcpt, .content])
    func limit(reply: String, step: SMTPStep) throws {
        let smtp = try SMTPCase([step: [.reply(reply)]])
        #expect(smtp.deliver().summary.hasPrefix("deferred "))
        #expect(smtp.deliver().summary == "accepted end of data: 250 2.0.0 queued as 1")
    }

    @Test(
        "a limit of the recipient or the mail is permanent",
        arguments: [
            "550 5.2.2 mailbox quota exceeded",
            "552 5.7.0 Our system detected an illegal attachment",
            "550 5.2.3 message too long, try again with a smaller one",
            "552 5.3.4 Message size exceeds fixed limit",
            "554 5.6.0 message exceeds the maximum hop count limit",
            "550 5.7.1 this mail is spam",
            "550 The mailbox limit is exceeded",
            "550 5.1.1 no such user",
        ])
    func otherLimits(reply: String) throws {
        let smtp = try SMTPCase([.content: [.reply(reply)]])
        #expect(smtp.deliver().summary.hasPrefix("rejected "))
    }
}
