import Addresses
import Mail
import TestSupport
import Testing

@Suite struct SMTPTransportTests {
    @Test("a mail and its envelope arrive unchanged")
    func exactBytes() throws {
        let smtp = try SMTPCase()
        let result = smtp.deliver()
        #expect(result.summary == "accepted end of data: 250 2.0.0 queued as 1")
        #expect(
            smtp.server.accepted == [
                ReceivedMail(
                    from: "reports@example.com", to: ["ops@example.com"], bytes: SMTPCase.message)
            ])
        #expect(smtp.server.connections.first?.first == "EHLO client.example.com")
    }

    @Test("SIZE is the only parameter of an address, regardless of the extensions")
    func plainEnvelope() throws {
        let smtp = try SMTPCase(
            ehlo: "250-test\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 SIZE 1000")
        _ = smtp.deliver()
        #expect(
            smtp.server.connections.first == [
                "EHLO client.example.com",
                "MAIL FROM:<reports@example.com> SIZE=\(SMTPCase.message.count)",
                "RCPT TO:<ops@example.com>", "DATA",
            ])
    }

    @Test("a server has ten minutes for a reply (RFC 5321 section 4.5.3.2.6)")
    func standardTimeouts() {
        #expect(SMTPTransport.Timeouts().response == 600_000)
    }

    @Test("a mail of any size arrives unchanged", arguments: [1, 900, 1_820, 1_821, 3_641, 20_000])
    func sizes(lines: Int) throws {
        let smtp = try SMTPCase()
        let text = (0..<lines).map {
            "line \($0) " + String(repeating: "x", count: $0 % 60) + "\r\n"
        }
        let message = Array(text.joined().utf8)
        var marks = 0
        _ = smtp.deliver(message) {
            marks += 1
            return true
        }
        #expect(smtp.server.accepted.map(\.bytes) == [message])
        #expect(marks == 1)
    }

    @Test("the mails of a run share a connection, which ends with QUIT")
    func sharedConnection() throws {
        let smtp = try SMTPCase()
        for number in 1...3 {
            _ = smtp.deliver(to: "ops\(number)@example.com")
        }
        smtp.transport.close()
        #expect(
            smtp.server.verbs == [
                [
                    "EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA",
                    "QUIT",
                ]
            ])
    }

    @Test("nothing is accepted if the attempt cannot be recorded", arguments: [1, 20_000])
    func failedMark(lines: Int) throws {
        let smtp = try SMTPCase()
        let message = Array(repeatElement(Array("some text\r\n".utf8), count: lines).joined())
        let result = smtp.deliver(message) { false }
        #expect(
            result.summary == "deferred DATA: not sent because the attempt could not be recorded")
        smtp.transport.close()
        #expect(smtp.server.accepted.isEmpty)
    }

    @Test(
        "an address cannot smuggle a command",
        arguments: [
            "b@x.org>\r\nRCPT TO:<evil@x.org", "b@x.org> NOTIFY=NEVER", "Name <b@x.org>", "", "b",
            "a@x.org,b@x.org b", "b@x.org\n", "b@x.org\u{0}",
        ])
    func smuggling(address: String) throws {
        let smtp = try SMTPCase()
        let results = [smtp.deliver(to: address), smtp.deliver(from: address)]
        for result in results {
            #expect(result.summary == "rejected connection: the address is not allowed in SMTP")
        }
        #expect(smtp.server.connections.isEmpty)
    }

    @Test(
        "a mail that a server would change is rejected",
        arguments: [
            "", "no line end", "bare\n", "bare\r\r\n", ".dot\r\n", "\r\n.\r\n", "ü\r\n",
            "a\u{0}\r\n",
            String(repeating: "x", count: 999) + "\r\n",
        ])
    func strangeMail(text: String) throws {
        let smtp = try SMTPCase()
        let result = smtp.deliver(Array(text.utf8))
        guard case .rejected = result else { return #expect(Bool(false), "\(result)") }
        #expect(smtp.server.connections.isEmpty)
    }

    @Test("a mail above the server's limit is rejected on new and reused connections")
    func sizeLimit() throws {
        let smtp = try SMTPCase(ehlo: "250-test\r\n250-SIZE 100\r\n250 8BITMIME")
        let large = Array(repeatElement(Array("0123456789\r\n".utf8), count: 9).joined())
        let summary = "rejected EHLO: the email has 108 bytes, but the server accepts at most 100"
        #expect(smtp.deliver(large).summary == summary)
        _ = smtp.deliver()
        #expect(smtp.deliver(large).summary == summary)
        #expect(smtp.server.accepted.count == 1)
    }

    @Test("an international address requires SMTPUTF8")
    func smtpUTF8() throws {
        let refusing = try SMTPCase()
        #expect(
            refusing.deliver(to: "jürgen@example.com").summary
                == "rejected EHLO: the server does not support SMTPUTF8, which this address requires"
        )
        #expect(refusing.server.verbs == [["EHLO"]])
        let taking = try SMTPCase(ehlo: "250-test\r\n250 SMTPUTF8")
        _ = taking.deliver(to: "jürgen@example.com")
        #expect(taking.server.accepted.map(\.to) == [["jürgen@example.com"]])
    }

    @Test("a probe tests everything before the mail")
    func probe() throws {
        let smtp = try SMTPCase()
        let result = smtp.transport.probe()
        smtp.transport.close()
        #expect(
            result.summary == "accepted connection: 127.0.0.1:\(smtp.server.port) responded "
                + "without TLS; not logged in")
        #expect(smtp.server.verbs == [["EHLO", "NOOP", "QUIT"]])
    }
}
