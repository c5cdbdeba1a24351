import Mail
import TestSupport
import Testing

/// Tests of connections that end during a mail, between mails or before they begin.
@Suite struct SMTPFaultTests {
    private func kind(_ result: DeliveryResult) -> Substring {
        result.summary.prefix { $0 != " " }
    }

    @Test("nothing is delivered if the connection breaks during the mail")
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

    @Test("an unreachable server is retried later and not immediately")
    func connectionRefused() throws {
        let port = try LoopbackListener.closedPort()
        var readings = 0
        let transport = try SMTPCase.transport("smtp://127.0.0.1:\(port)", tls: "none") {
            readings += 1
            return .zero
        }
        let result = transport.deliver(
            SMTPCase.message, from: "a@example.com", to: "b@example.com", beforeFinalDot: { true })
        #expect(kind(result) == "deferred")
        #expect(result.reply.text.contains("smtp://127.0.0.1:\(port)"))
        // A second attempt would first determine how much time is left.
        #expect(readings == 1)
    }

    @Test(
        "a connection that the server closed while idle is replaced immediately",
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

    @Test(
        "a second connection must leave time for the last reply",
        arguments: [(4_000, 2, "accepted"), (4_001, 1, "deferred")])
    func timeForASecondConnection(lost: Int, connections: Int, outcome: String) throws {
        var elapsed = Duration.zero
        let smtp = try SMTPCase(
            [.mail: [.reply("250 ok"), .replyAndClose("421 4.4.2 idle for too long")]],
            response: 1_000, delivery: 5_000
        ) {
            // Each reading of the stopwatch is later by this amount.
            elapsed += .milliseconds(lost)
            return elapsed
        }
        _ = smtp.deliver()
        #expect(kind(smtp.deliver()) == outcome)
        #expect(smtp.server.connections.count == connections)
    }

    @Test("a mail has a timeout in addition to those of replies")
    func limitOfADelivery() throws {
        let smtp = try SMTPCase([.rcpt: [.stall]], response: 4_000, delivery: 300)
        let result = smtp.deliver()
        #expect(kind(result) == "deferred")
        #expect(result.reply.phase == .recipient)
        #expect(result.reply.text.contains("Operation timed out after"))
    }
}
