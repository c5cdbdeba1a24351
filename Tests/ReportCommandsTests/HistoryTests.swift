import TestSupport
import Testing

/// `history`: lists the due reports and their results.
@Suite struct HistoryTests {
    private let sent = """
        #3  HXXXXXXX071IN  monthly  2026-11-25T17:00:00+05:30  no. 1  sent
            cto@example.com  accepted, 1 attempt: file: written to DIR/mail/new/MAIL
        #2  HXXXXXXX071IN  weekly  2026-11-25T17:00:00+05:30  no. 1  sent
            lead@example.com  accepted, 1 attempt: file: written to DIR/mail/new/MAIL
        #1  HXXXXXXX071IN  daily  2026-11-25T17:00:00+05:30  no. 1  sent
            ops@example.com  accepted, 1 attempt: file: written to DIR/mail/new/MAIL
            care@example.com  accepted, 1 attempt: file: written to DIR/mail/new/MAIL

        """

    @Test func listsTheNewestFirst() throws {
        let fixture = try CommandFixture.reported()
        #expect(try fixture.run("history") == prints(sent))
        #expect(try fixture.run("history", "--company", CommandFixture.sid) == prints(sent))
        #expect(try fixture.shell("callback-reports history | head -1").errors == "")
    }

    @Test func listsThemAsJSON() throws {
        let server = try ScriptedSMTPServer([.rcpt: [.reply("451 4.7.1 later")]])
        let company = CommandFixture.company.replacing(
            "\"weekly\": {", with: "\"weekly\": {\"skipEmpty\": true, "
        )
        .replacing("\"monthly\": {", with: "\"monthly\": {\"enabled\": false, ")
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(CommandFixture.company, with: company)
                .replacing(
                    "\"url\": \"file:mail\"",
                    with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
        _ = try fixture.run("run", "--now", "2026-11-25T12:00")
        _ = try fixture.run("run", "--now", "2026-11-25T17:00")
        let output = """
            [
              {
                "id": 2,
                "company": "HXXXXXXX071IN",
                "frequency": "weekly",
                "period": {
                  "start": "2026-11-18T17:00:00+05:30",
                  "end": "2026-11-25T17:00:00+05:30"
                },
                "number": null,
                "state": "skipped",
                "deliveries": [],
                "type": "report.weekly",
                "subject": null
              },
              {
                "id": 1,
                "company": "HXXXXXXX071IN",
                "frequency": "daily",
                "period": {
                  "start": "2026-11-24T17:00:00+05:30",
                  "end": "2026-11-25T17:00:00+05:30"
                },
                "number": 1,
                "state": "waiting",
                "deliveries": [
                  {
                    "address": "ops@example.com",
                    "state": "deferred",
                    "attempts": 1,
                    "reply": "RCPT TO: 451 4.7.1 later",
                    "messageID": "<HASH@example.com>",
                    "nextAttempt": "2026-11-25T17:01:00+05:30",
                    "channel": "email"
                  },
                  {
                    "address": "care@example.com",
                    "state": "accepted",
                    "attempts": 1,
                    "reply": "end of data: 250 2.0.0 queued as 1",
                    "messageID": "<HASH@example.com>",
                    "nextAttempt": null,
                    "channel": "email"
                  }
                ],
                "type": "report.daily",
                "subject": null
              }
            ]

            """
        #expect(try fixture.run("history", "--format", "json") == prints(output))
        let text = """
            #2  HXXXXXXX071IN  weekly  2026-11-25T17:00:00+05:30  -  skipped: \
            no callbacks in the period
            #1  HXXXXXXX071IN  daily  2026-11-25T17:00:00+05:30  no. 1  waiting
                ops@example.com  deferred, 1 attempt: RCPT TO: 451 4.7.1 later; \
            next 2026-11-25T17:01:00+05:30
                care@example.com  accepted, 1 attempt: end of data: 250 2.0.0 queued as 1

            """
        #expect(try fixture.run("history") == prints(text))
    }

    @Test func suggestsTheNearestCompany() throws {
        let errors = """
            callback-reports history: --company: 'HXXXXXXX07IN' is not a company in \
            callback-reports.json; did you mean 'HXXXXXXX071IN'?
            See 'callback-reports history --help'.

            """
        #expect(
            try CommandFixture().run("history", "--company", "HXXXXXXX07IN") == fails(64, errors))
    }

    @Test func listsReportsOfARemovedCompany() throws {
        let fixture = try CommandFixture.reported()
        let other = CommandFixture.configuration.replacing(CommandFixture.sid, with: "OTHER")
        try fixture.directory.write(other, to: "callback-reports.json")
        #expect(try fixture.run("history", "--company", CommandFixture.sid) == prints(sent))
    }

    @Test func isEmptyAtFirst() throws {
        let fixture = try CommandFixture.filled()
        #expect(try fixture.run("history") == prints(""))
        #expect(try fixture.run("history", "--format", "json") == prints("[]\n"))
    }
}
