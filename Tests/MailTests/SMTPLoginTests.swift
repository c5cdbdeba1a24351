import Mail
import TestSupport
import Testing

@Suite struct SMTPLoginTests {
    private static let password = "canary-Pa55"
    private static let offers = "250-test\r\n250-SIZE 10000000\r\n250 AUTH CRAM-MD5 PLAIN LOGIN"

    private func smtp(
        ehlo: String = offers, _ script: [SMTPStep: [SMTPAction]] = [:]
    ) throws -> SMTPCase {
        try SMTPCase(ehlo: ehlo, script, password: Self.password)
    }

    @Test("the transport logs in before it sends")
    func login() throws {
        let smtp = try smtp()
        #expect(smtp.deliver().summary == "accepted end of data: 250 2.0.0 queued as 1")
        #expect(smtp.server.connections[0][1] == "AUTH PLAIN")
        #expect(smtp.server.connections[0][2] == "AHJlcG9ydHMAY2FuYXJ5LVBhNTU=")
    }

    @Test(
        "only EHLO is sent if the server offers no AUTH",
        arguments: [
            "250-test\r\n250 SIZE 1000", "250-test\r\n250 AUTH=LOGIN PLAIN", "250 test",
            "250-test\r\n250 auth plain",
        ])
    func noAuthentication(ehlo: String) throws {
        let smtp = try smtp(ehlo: ehlo)
        let result = smtp.deliver()
        #expect(
            result.summary == "misconfigured EHLO: the server does not offer AUTH; "
                + "check host, port and tls, or remove the password")
        #expect(smtp.server.verbs == [["EHLO"]])
    }

    @Test(
        "a server that accepts only tokens is reported",
        arguments: [
            ("250 AUTH XOAUTH2", "XOAUTH2"),
            ("250-AUTH XOAUTH2 OAUTHBEARER\r\n250 AUTH=LOGIN PLAIN", "XOAUTH2, OAUTHBEARER"),
        ])
    func tokensOnly(offer: String, mechanisms: String) throws {
        let smtp = try smtp(ehlo: "250-test\r\n\(offer)")
        let words =
            "misconfigured EHLO: the server supports only token authentication (\(mechanisms)), not "
            + "passwords; use a server that supports passwords, such as your provider's SMTP relay"
        #expect(smtp.deliver().summary == words)
        #expect(smtp.transport.probe().summary == words)
        #expect(smtp.server.verbs == [["EHLO"], ["EHLO"]])
    }

    @Test("a server that accepts tokens and passwords is supported")
    func tokensBesidePasswords() throws {
        let smtp = try smtp(ehlo: "250-test\r\n250 AUTH XOAUTH2 PLAIN")
        #expect(smtp.deliver().summary == "accepted end of data: 250 2.0.0 queued as 1")
    }

    @Test("a server that only supports HELO cannot be used with a password")
    func heloOnly() throws {
        let smtp = try smtp([.ehlo: [.reply("502 what?")]])
        guard case .misconfigured = smtp.deliver() else { return #expect(Bool(false)) }
        #expect(smtp.server.verbs == [["EHLO", "HELO"]])
    }

    @Test("an unknown mechanism is a configuration error")
    func unknownMechanism() throws {
        let smtp = try smtp(ehlo: "250-test\r\n250 AUTH SCRAM-SHA-256")
        guard case .misconfigured = smtp.deliver() else { return #expect(Bool(false)) }
        #expect(smtp.server.verbs == [["EHLO"]])
    }

    @Test(
        "the reply to AUTH determines the result",
        arguments: [
            ("535 5.7.8 wrong password", "misconfigured AUTH: 535 5.7.8 wrong password"),
            ("534 5.7.9 too weak", "misconfigured AUTH: 534 5.7.9 too weak"),
            ("454 4.7.0 later", "deferred AUTH: 454 4.7.0 later"),
            ("421 4.3.2 bye", "deferred AUTH: 421 4.3.2 bye"),
        ])
    func refusedLogin(reply: String, summary: String) throws {
        let smtp = try smtp([.auth: [.reply(reply)]])
        #expect(smtp.deliver().summary == summary)
        #expect(smtp.server.received.isEmpty)
    }

    @Test(
        "a password quoted by the server is redacted",
        arguments: [
            "canary-Pa55", "Y2FuYXJ5LVBhNTU=", "AHJlcG9ydHMAY2FuYXJ5LVBhNTU=",
        ])
    func quotedPassword(form: String) throws {
        let smtp = try smtp([.auth: [.reply("535 5.7.8 not \(form) here")]])
        #expect(smtp.deliver().summary == "misconfigured AUTH: 535 5.7.8 not [secret] here")
    }

    @Test("a quoted password is redacted before a long reply is truncated")
    func quotedPasswordAtTheCut() throws {
        let padding = String(repeating: "x", count: 395)
        let smtp = try smtp([.auth: [.reply("535 5.7.8 \(padding)\(Self.password)")]])
        #expect(smtp.deliver().summary == "misconfigured AUTH: 535 5.7.8 \(padding)[secr…")
    }

    @Test("a probe logs in")
    func probe() throws {
        let smtp = try smtp()
        let result = smtp.transport.probe()
        #expect(
            result.summary == "accepted connection: 127.0.0.1:\(smtp.server.port) responded "
                + "without TLS; logged in as 'reports'")
        let refused = try self.smtp([.auth: [.reply("535 5.7.8 no")]])
        #expect(refused.transport.probe().summary == "misconfigured AUTH: 535 5.7.8 no")
    }
}
