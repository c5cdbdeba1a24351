import Mail
import TestSupport
import Testing

/// Tests every fault in every step of a session, on new and reused connections.
@Suite struct SMTPFaultTableTests {
    // URL is the URL of the server. CLOSED, RESET, TIMEOUT, NO REPLY, CHECK and UNCERTAIN are
    // abbreviations of longer texts.
    private static let table = SMTPFault.table(
        """
        greeting | 450-4.0.0 not / 450 4.0.0 now | deferred greeting: 450 4.0.0 not now | nothing | 1+1
        greeting | 550 5.0.0 no | misconfigured greeting: 550 5.0.0 no | nothing | 1+1
        greeting | 421 4.3.2 bye, close | deferred greeting: 421 4.3.2 bye | nothing | 1+1
        greeting | close | deferred connection: URL: CLOSED (libcurl 56) | nothing | 1+1
        greeting | reset | deferred connection: URL: RESET (libcurl 56) | nothing | 1+1
        greeting | stall | deferred connection: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        greeting | what?, close | deferred greeting: URL: CLOSED (libcurl 56) | nothing | 1+1
        greeting | 250-half, close | deferred greeting: URL: CLOSED (libcurl 56) | nothing | 1+1
        greeting | slow 450 4.0.0 later | deferred greeting: 450 4.0.0 later | nothing | 1+1
        greeting | 354 odd | deferred greeting: URL: Got unexpected smtp-server response: 354 (libcurl 8) | nothing | 1+1
        ehlo | 450-4.0.0 not / 450 4.0.0 now | misconfigured EHLO: the server does not offer AUTH; CHECK | nothing | 1+1
        ehlo | 550 5.0.0 no | misconfigured EHLO: the server does not offer AUTH; CHECK | nothing | 1+1
        ehlo | 421 4.3.2 bye, close | deferred EHLO: 421 4.3.2 bye | nothing | 1+1
        ehlo | close | deferred EHLO: URL: CLOSED (libcurl 56) | nothing | 1+1
        ehlo | reset | deferred EHLO: URL: RESET (libcurl 56) | nothing | 1+1
        ehlo | stall | deferred EHLO: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        ehlo | what?, close | deferred EHLO: NO REPLY | nothing | 1+1
        ehlo | 250-half, close | deferred EHLO: URL: CLOSED (libcurl 56) | nothing | 1+1
        ehlo | slow 450 4.0.0 later | misconfigured EHLO: the server does not offer AUTH; CHECK | nothing | 1+1
        ehlo | 251 odd | misconfigured EHLO: the server does not offer AUTH; CHECK | nothing | 1+1
        ehlo | 354 odd | misconfigured EHLO: the server does not offer AUTH; CHECK | nothing | 1+1
        ehlo | what? | deferred EHLO: NO REPLY | nothing | 1+1
        rcpt | what? | deferred RCPT TO: NO REPLY | nothing | 1+1
        startTLS | 450-4.0.0 not / 450 4.0.0 now | misconfigured STARTTLS: 450 4.0.0 not now | nothing | 1+1
        startTLS | 550 5.0.0 no | misconfigured STARTTLS: 550 5.0.0 no | nothing | 1+1
        startTLS | 421 4.3.2 bye, close | deferred STARTTLS: 421 4.3.2 bye | nothing | 1+1
        startTLS | close | deferred STARTTLS: URL: CLOSED (libcurl 56) | nothing | 1+1
        startTLS | reset | deferred STARTTLS: URL: RESET (libcurl 56) | nothing | 1+1
        startTLS | stall | deferred STARTTLS: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        startTLS | what?, close | deferred STARTTLS: NO REPLY | nothing | 1+1
        startTLS | 250-half, close | deferred STARTTLS: URL: CLOSED (libcurl 56) | nothing | 1+1
        startTLS | slow 450 4.0.0 later | misconfigured STARTTLS: 450 4.0.0 later | nothing | 1+1
        startTLS | 250 odd | misconfigured STARTTLS: URL: STARTTLS denied, code 250 (libcurl 64) | nothing | 1+1
        startTLS | 454 4.7.0 not now | misconfigured STARTTLS: 454 4.7.0 not now | nothing | 1+1
        startTLS | 220 go on / 250 injected | deferred STARTTLS: URL: Weird server reply (libcurl 8) | nothing | 1+1
        authStart | 450-4.0.0 not / 450 4.0.0 now | deferred AUTH: 450 4.0.0 not now | nothing | 1+1
        authStart | 550 5.0.0 no | misconfigured AUTH: 550 5.0.0 no | nothing | 1+1
        authStart | 421 4.3.2 bye, close | deferred AUTH: 421 4.3.2 bye | nothing | 1+1
        authStart | close | deferred AUTH: URL: CLOSED (libcurl 56) | nothing | 1+1
        authStart | reset | deferred AUTH: URL: RESET (libcurl 56) | nothing | 1+1
        authStart | stall | deferred AUTH: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        authStart | what?, close | deferred AUTH: NO REPLY | nothing | 1+1
        authStart | 250-half, close | deferred AUTH: URL: CLOSED (libcurl 56) | nothing | 1+1
        authStart | slow 450 4.0.0 later | deferred AUTH: 450 4.0.0 later | nothing | 1+1
        authStart | 250 odd | misconfigured AUTH: URL: Login denied (libcurl 67) | nothing | 1+1
        authStart | 535 5.7.8 who | misconfigured AUTH: 535 5.7.8 who | nothing | 1+1
        auth | 450-4.0.0 not / 450 4.0.0 now | deferred AUTH: 450 4.0.0 not now | nothing | 1+1
        auth | 550 5.0.0 no | misconfigured AUTH: 550 5.0.0 no | nothing | 1+1
        auth | 421 4.3.2 bye, close | deferred AUTH: 421 4.3.2 bye | nothing | 1+1
        auth | close | deferred AUTH: URL: CLOSED (libcurl 56) | nothing | 1+1
        auth | reset | deferred AUTH: URL: RESET (libcurl 56) | nothing | 1+1
        auth | stall | deferred AUTH: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        auth | what?, close | deferred AUTH: NO REPLY | nothing | 1+1
        auth | 250-half, close | deferred AUTH: URL: CLOSED (libcurl 56) | nothing | 1+1
        auth | slow 450 4.0.0 later | deferred AUTH: 450 4.0.0 later | nothing | 1+1
        auth | 250 odd | misconfigured AUTH: URL: Login denied (libcurl 67) | nothing | 1+1
        auth | 334 more | misconfigured AUTH: URL: Login denied (libcurl 67) | nothing | 1+1
        auth | 535 5.7.8 who | misconfigured AUTH: 535 5.7.8 who | nothing | 1+1
        mail | 450-4.0.0 not / 450 4.0.0 now | deferred MAIL FROM: 450 4.0.0 not now | nothing | 1+1
        mail | 550 5.0.0 no | rejected MAIL FROM: 550 5.0.0 no | nothing | 1+1
        mail | 421 4.3.2 bye, close | deferred MAIL FROM: 421 4.3.2 bye | nothing | 1+1
        mail | close | deferred MAIL FROM: URL: CLOSED (libcurl 56) | nothing | 1+1
        mail | reset | deferred MAIL FROM: URL: RESET (libcurl 56) | nothing | 1+1
        mail | stall | deferred MAIL FROM: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        mail | what?, close | deferred MAIL FROM: NO REPLY | nothing | 1+1
        mail | 250-half, close | deferred MAIL FROM: URL: CLOSED (libcurl 56) | nothing | 1+1
        mail | slow 450 4.0.0 later | deferred MAIL FROM: 450 4.0.0 later | nothing | 1+1
        mail | 354 odd | deferred MAIL FROM: URL: MAIL failed: 354 (libcurl 55) | nothing | 1+1
        mail | 251 odd | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        rcpt | 450-4.0.0 not / 450 4.0.0 now | deferred RCPT TO: 450 4.0.0 not now | nothing | 1+1
        rcpt | 550 5.0.0 no | rejected RCPT TO: 550 5.0.0 no | nothing | 1+1
        rcpt | 421 4.3.2 bye, close | deferred RCPT TO: 421 4.3.2 bye | nothing | 1+1
        rcpt | close | deferred RCPT TO: URL: CLOSED (libcurl 56) | nothing | 1+1
        rcpt | reset | deferred RCPT TO: URL: RESET (libcurl 56) | nothing | 1+1
        rcpt | stall | deferred RCPT TO: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        rcpt | what?, close | deferred RCPT TO: NO REPLY | nothing | 1+1
        rcpt | 250-half, close | deferred RCPT TO: URL: CLOSED (libcurl 56) | nothing | 1+1
        rcpt | slow 450 4.0.0 later | deferred RCPT TO: 450 4.0.0 later | nothing | 1+1
        rcpt | 354 odd | deferred RCPT TO: URL: RCPT failed: 354 (last error) (libcurl 55) | nothing | 1+1
        rcpt | 251 odd | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        data | 450-4.0.0 not / 450 4.0.0 now | deferred DATA: 450 4.0.0 not now | nothing | 1+1
        data | 550 5.0.0 no | rejected DATA: 550 5.0.0 no | nothing | 1+1
        data | 421 4.3.2 bye, close | deferred DATA: 421 4.3.2 bye | nothing | 1+1
        data | close | deferred DATA: URL: CLOSED (libcurl 56) | nothing | 1+1
        data | reset | deferred DATA: URL: RESET (libcurl 56) | nothing | 1+1
        data | stall | deferred DATA: URL: TIMEOUT (libcurl 28) | nothing | 1+1
        data | what?, close | deferred DATA: NO REPLY | nothing | 1+1
        data | 250-half, close | deferred DATA: URL: CLOSED (libcurl 56) | nothing | 1+1
        data | slow 450 4.0.0 later | deferred DATA: 450 4.0.0 later | nothing | 1+1
        data | 250 odd | deferred DATA: URL: DATA failed: 250 (libcurl 55) | nothing | 1+1
        content | 450-4.0.0 not / 450 4.0.0 now | deferred end of data: 450 4.0.0 not now | received | 1+1
        content | 550 5.0.0 no | rejected end of data: 550 5.0.0 no | received | 1+1
        content | 421 4.3.2 bye, close | deferred end of data: 421 4.3.2 bye | received | 1+1
        content | close | uncertain end of data: CLOSED; UNCERTAIN | received | 1+1
        content | reset | uncertain end of data: RESET; UNCERTAIN | received | 1+1
        content | stall | uncertain end of data: TIMEOUT; UNCERTAIN | received | 1+1
        content | what?, close | uncertain end of data: CLOSED; UNCERTAIN | received | 1+1
        content | 250-half, close | uncertain end of data: CLOSED; UNCERTAIN | accepted | 1+1
        content | slow 450 4.0.0 later | deferred end of data: 450 4.0.0 later | received | 1+1
        content | 251 odd | accepted end of data: 251 odd | accepted | 1+1
        content | 250 | accepted end of data: 250 | accepted | 1+0
        content | 354 odd | uncertain end of data: 354 odd | received | 1+1
        content | what? | uncertain end of data: TIMEOUT; UNCERTAIN | received | 1+1
        used mail | 450 4.0.0 later | deferred MAIL FROM: 450 4.0.0 later | nothing | 0+1
        used mail | 550 5.0.0 no | rejected MAIL FROM: 550 5.0.0 no | nothing | 0+1
        used mail | 421 4.3.2 bye, close | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        used mail | close | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        used mail | reset | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        used mail | stall | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        used mail | what?, close | accepted end of data: 250 2.0.0 queued as 1 | accepted | 1+0
        used rcpt | 421 4.3.2 bye, close | deferred RCPT TO: 421 4.3.2 bye | nothing | 0+1
        used rcpt | close | deferred RCPT TO: URL: CLOSED (libcurl 56) | nothing | 0+1
        used rcpt | reset | deferred RCPT TO: URL: RESET (libcurl 56) | nothing | 0+1
        used rcpt | 550 5.0.0 no | rejected RCPT TO: 550 5.0.0 no | nothing | 0+1
        used data | 421 4.3.2 bye, close | deferred DATA: 421 4.3.2 bye | nothing | 0+1
        used data | close | deferred DATA: URL: CLOSED (libcurl 56) | nothing | 0+1
        used data | 250 odd | deferred DATA: URL: DATA failed: 250 (libcurl 55) | nothing | 0+1
        used content | 421 4.3.2 bye, close | deferred end of data: 421 4.3.2 bye | received | 0+1
        used content | close | uncertain end of data: CLOSED; UNCERTAIN | received | 0+1
        used content | reset | uncertain end of data: RESET; UNCERTAIN | received | 0+1
        used content | 251 odd | accepted end of data: 251 odd | accepted | 0+1
        used content | 550 5.0.0 no | rejected end of data: 550 5.0.0 no | received | 0+1
        """)

    @Test("a fault has the expected result and does not affect the next mail", arguments: table)
    func fault(_ fault: SMTPFault) throws {
        let (result, next) = try fault.play()
        #expect(result == fault.result)
        // The scripted server does not support TLS.
        guard fault.step != .startTLS else { return }
        #expect(next.summary == "accepted end of data: 250 2.0.0 queued as 1")
    }

    @Test("the table is complete")
    func wholeTable() {
        #expect(Self.table.count == 122)
    }

    @Test(
        "closing is fast with any reply to QUIT, and the next mail arrives",
        arguments: [
            SMTPAction.reply("550 5.0.0 no"), .replyAndClose("421 4.3.2 bye"), .close, .reset,
            .stall, .reply("what?"), .replyAndClose("221-half"), .slowly("221 2.0.0 bye"),
        ])
    func quit(action: SMTPAction) throws {
        let smtp = try SMTPCase([.quit: [action]], response: 10_000)
        _ = smtp.deliver()
        let start = ContinuousClock.now
        smtp.transport.close()
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(smtp.deliver().summary == "accepted end of data: 250 2.0.0 queued as 1")
        #expect(smtp.server.verbs[0] == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
        #expect(smtp.server.connections.count == 2)
    }

    @Test("cleanup does not wait for a silent server again")
    func cleanUp() throws {
        let smtp = try SMTPCase([.content: [.stall]], response: 5_000)
        let start = ContinuousClock.now
        let result = smtp.deliver()
        smtp.transport.close()
        #expect(ContinuousClock.now - start < .seconds(9))
        guard case .uncertain = result else { return #expect(Bool(false), "\(result)") }
    }
}
