import Mail
import TestSupport
import Testing

/// Connections that end or fall silent at every step.
@Suite struct SMTPFaultTests {
    private static let before: [SMTPStep] = [.greeting, .ehlo, .mail, .rcpt, .data]

    private func kind(_ result: DeliveryResult) -> Substring {
        result.summary.prefix { $0 != " " }
    }

    @Test("a connection that ends before the mail's end leaves nothing", arguments: before)
    func closedBefore(step: SMTPStep) throws {
        let smtp = try SMTPCase([step: [.close]])
        var marks = 0
        let result = smtp.deliver {
            marks += 1
            return true
        }
        #expect(kind(result) == "deferred", "\(result)")
        #expect(marks == 0)
        #expect(smtp.server.received.isEmpty)
    }

    @Test("a server that falls silent before the mail's end leaves nothing", arguments: before)
    func stalledBefore(step: SMTPStep) throws {
        let smtp = try SMTPCase([step: [.stall]])
        let result = smtp.deliver()
        #expect(kind(result) == "deferred", "\(result)")
        #expect(smtp.server.received.isEmpty)
    }

    @Test(
        "without an answer to the mail's end it may have arrived",
        arguments: [
            SMTPAction.close, .reset, .stall, .reply("what?"), .replyAndClose("not a reply"),
        ])
    func noFinalAnswer(action: SMTPAction) throws {
        let smtp = try SMTPCase([.content: [action, .stall]])
        let result = smtp.deliver()
        #expect(kind(result) == "uncertain", "\(result)")
        #expect(result.mayHaveArrived)
        #expect(smtp.server.received.count == 1)
    }

    @Test("a connection that breaks within the mail leaves nothing")
    func resetMidway() throws {
        let smtp = try SMTPCase([.data: [.resetMidway(after: 1)]])
        let line = Array((String(repeating: "x", count: 70) + "\r\n").utf8)
        let message = SMTPCase.message + Array(repeatElement(line, count: 100_000).joined())
        var marks = 0
        let result = smtp.deliver(message) {
            marks += 1
            return true
        }
        #expect(kind(result) == "deferred", "\(result)")
        #expect(marks == 0)
    }

    @Test("a server that is not there is tried again later")
    func connectionRefused() throws {
        let port = try LoopbackListener.closedPort()
        let transport = try SMTPCase.transport("smtp://127.0.0.1:\(port)", tls: "none")
        let result = transport.deliver(
            SMTPCase.message, from: "a@example.com", to: "b@example.com", beforeFinalDot: { true })
        #expect(kind(result) == "deferred")
        #expect(result.reply.text.contains("smtp://127.0.0.1:\(port)"))
    }

    @Test(
        "a connection that the server closed while idle is replaced at once",
        arguments: [
            SMTPAction.replyAndClose("250 2.0.0 ok"),
            .replyAndClose("250 2.0.0 ok\r\n421 4.4.2 idle for too long"),
        ])
    func staleConnection(action: SMTPAction) throws {
        let smtp = try SMTPCase([.content: [action]])
        let first = smtp.deliver()
        var marks = 0
        let second = smtp.deliver {
            marks += 1
            return true
        }
        #expect(kind(first) == "accepted")
        #expect(second.summary == "accepted end of data: 250 2.0.0 queued as 1")
        #expect(marks == 1)
        #expect(smtp.server.connections.count == 2)
    }

    @Test("421 to the first command of a used connection means a new one")
    func idle421() throws {
        let smtp = try SMTPCase([.mail: [.reply("250 ok"), .replyAndClose("421 4.4.2 timeout")]])
        _ = smtp.deliver()
        #expect(kind(smtp.deliver()) == "accepted")
        #expect(smtp.server.connections.count == 2)
    }

    @Test("421 to the first command of a new connection is an answer")
    func fresh421() throws {
        let smtp = try SMTPCase([.mail: [.replyAndClose("421 4.3.2 closing")]])
        #expect(smtp.deliver().summary == "deferred MAIL FROM: 421 4.3.2 closing")
        #expect(smtp.server.connections.count == 1)
    }
}
