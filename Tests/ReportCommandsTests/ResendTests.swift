import TestSupport
import Testing

/// `resend`: sends the stored emails of a report again.
@Suite struct ResendTests {
    private func fixture(_ server: ScriptedSMTPServer) throws -> CommandFixture {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
        _ = try fixture.run("run", "--now", "2026-11-23T12:00")
        _ = try fixture.run("run", "--now", "2026-11-23T17:00")
        return fixture
    }

    private func line(_ address: String) -> String {
        "HXXXXXXX071IN daily 2026-11-23T17:00:00+05:30: sent to \(address) "
            + "(end of data: 250 2.0.0 queued as 1)\n"
    }

    @Test func sendsTheSameBytesAgain() throws {
        let server = try ScriptedSMTPServer()
        let fixture = try fixture(server)
        #expect(
            try fixture.run("resend", "1")
                == prints(line("ops@example.com") + line("care@example.com")))
        #expect(server.accepted.count == 4)
        #expect(server.accepted[2...].elementsEqual(server.accepted[..<2]))
    }

    @Test func failedOnlySkipsAcceptedMails() throws {
        let server = try ScriptedSMTPServer([.rcpt: [.reply("550 5.1.1 unknown user")]])
        let fixture = try fixture(server)
        #expect(try fixture.run("history").output.contains("no. 1  partial\n"))
        let again = try fixture.run("resend", "--failed-only", "1")
        #expect(again == prints(line("ops@example.com")))
        #expect(try fixture.run("history").output.contains("no. 1  sent\n"))
        let nothing = prints("report 1: nothing to send\n")
        #expect(try fixture.run("resend", "1", "--failed-only") == nothing)
    }

    @Test func exitsWith69WhenRejectedAgain() throws {
        let refusal = SMTPAction.reply("550 5.1.1 unknown user")
        let server = try ScriptedSMTPServer([.rcpt: [refusal, .reply("250 ok"), refusal]])
        let fixture = try fixture(server)
        let run = try fixture.run("resend", "1", "--failed-only")
        let words = """
            HXXXXXXX071IN daily 2026-11-23T17:00:00+05:30: rejected for ops@example.com \
            (RCPT TO: 550 5.1.1 unknown user)

            """
        #expect(run == fails(69, words))
        #expect(server.accepted.map(\.to) == [["care@example.com"]])
    }

    @Test func rejectsAnUnknownReport() throws {
        let errors = """
            callback-reports resend: ID: '7' is not the ID of a report in \
            'callback-reports history'
            See 'callback-reports resend --help'.

            """
        #expect(try CommandFixture.filled().run("resend", "7") == fails(64, errors))
    }
}
