import TestSupport
import Testing

/// `run`: the cron job.
@Suite struct RunTests {
    private let started = """
        HXXXXXXX071IN daily: enabled; first report due 2026-11-24T17:00:00+05:30
        HXXXXXXX071IN weekly: enabled; first report due 2026-11-25T17:00:00+05:30
        HXXXXXXX071IN monthly: enabled; first report due 2026-11-25T17:00:00+05:30

        """

    private let first = """
        HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: prepared report no. 1 for 2 recipients
        HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: sent to ops@example.com \
        (file: written to DIR/mail/new/MAIL)
        HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: sent to care@example.com \
        (file: written to DIR/mail/new/MAIL)

        """

    private let wednesdayThe25th = """
        HXXXXXXX071IN daily 2026-11-25T17:00:00+05:30: prepared report no. 2 for 2 recipients
        HXXXXXXX071IN weekly 2026-11-25T17:00:00+05:30: prepared report no. 1 for 1 recipient
        HXXXXXXX071IN monthly 2026-11-25T17:00:00+05:30: prepared report no. 1 for 1 recipient
        HXXXXXXX071IN daily 2026-11-25T17:00:00+05:30: sent to ops@example.com \
        (file: written to DIR/mail/new/MAIL)
        HXXXXXXX071IN daily 2026-11-25T17:00:00+05:30: sent to care@example.com \
        (file: written to DIR/mail/new/MAIL)
        HXXXXXXX071IN weekly 2026-11-25T17:00:00+05:30: sent to lead@example.com \
        (file: written to DIR/mail/new/MAIL)
        HXXXXXXX071IN monthly 2026-11-25T17:00:00+05:30: sent to cto@example.com \
        (file: written to DIR/mail/new/MAIL)

        """

    @Test func sendsEachReportOnceWhenItIsDue() throws {
        let fixture = try CommandFixture.filled()
        let steps: [(now: String, output: String, mails: Int)] = [
            ("2026-11-24T12:00", started, 0),
            ("2026-11-24T16:59:59", "", 0),
            ("2026-11-24T17:00", first, 2),
            ("2026-11-24T17:00", "", 2),
            ("2026-11-25T16:59", "", 2),
            ("2026-11-25T18:30", wednesdayThe25th, 6),
            ("2026-11-25T18:35", "", 6),
            // The clock is set back.
            ("2026-11-24T17:00", "", 6),
        ]
        for step in steps {
            #expect(try fixture.run("run", "--now", step.now) == prints(step.output), "\(step.now)")
            #expect(fixture.mails.count == step.mails, "\(step.now)")
        }
    }

    @Test func concurrentRunsSendEachReportOnce() throws {
        let fixture = try CommandFixture.filled()
        _ = try fixture.run("run", "--now", "2026-11-24T12:00")
        let run = try fixture.shell(
            "for i in 1 2 3 4; do callback-reports run --now 2026-11-24T17:00 & done; wait")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.sorted() == first.split(separator: "\n").map(String.init).sorted())
        #expect(run.errors == "")
        #expect(fixture.mails.count == 2)
    }

    @Test func dryRunPrintsWithoutChanges() throws {
        let fixture = try CommandFixture()
        let start = try fixture.run("run", "--dry-run", "--now", "2026-11-24T12:00")
        #expect(
            start
                == prints(
                    started.replacing(
                        "enabled; first", with: "would enable; first")))
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
        _ = try fixture.run("run", "--now", "2026-11-24T12:00")
        let due = try fixture.run("run", "--dry-run", "--now", "2026-11-24T17:00")
        let line = """
            HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: would be sent to \
            ops@example.com, care@example.com

            """
        #expect(due == prints(line))
        #expect(try fixture.run("run", "--dry-run", "--now", "2026-11-24T17:00") == prints(line))
        #expect(try fixture.run("history") == prints(""))
        #expect(fixture.mails == [])
    }

    @Test func sendsTheLatestOfManyMissedReports() throws {
        let configuration = CommandFixture.configuration.replacing(
            "\"mail\"", with: "\"catchUp\": 1, \"mail\"")
        let fixture = try CommandFixture(configuration)
        _ = try fixture.run("run", "--now", "2026-11-20T12:00")
        let run = try fixture.run("run", "--now", "2026-11-22T18:00")
        let output = """
            HXXXXXXX071IN daily 2026-11-20T17:00:00+05:30: skipped, missed too long ago; see 'catchUp'
            HXXXXXXX071IN daily 2026-11-21T17:00:00+05:30: skipped, missed too long ago; see 'catchUp'
            HXXXXXXX071IN daily 2026-11-22T17:00:00+05:30: prepared report no. 1 for 2 recipients
            HXXXXXXX071IN daily 2026-11-22T17:00:00+05:30: sent to ops@example.com \
            (file: written to DIR/mail/new/MAIL)
            HXXXXXXX071IN daily 2026-11-22T17:00:00+05:30: sent to care@example.com \
            (file: written to DIR/mail/new/MAIL)

            """
        #expect(run == prints(output))
    }

    @Test func importsAndSendsDespiteInvalidLines() throws {
        let configuration = CommandFixture.configuration.replacing(
            "\"mail\"", with: "\"sources\": [{\"path\": \"app*.ndjson\"}], \"mail\"")
        let fixture = try CommandFixture(configuration)
        _ = try fixture.run("run", "--now", "2026-11-24T12:00")
        try fixture.directory.write(CommandFixture.log + "not json\n", to: "app1.ndjson")
        let run = try fixture.run("run", "--now", "2026-11-24T17:00")
        #expect(run.status == 65)
        #expect(run.errors == "DIR/app1.ndjson: line 9: not JSON\n")
        let read = "DIR/app1.ndjson: 9 records: 8 added, 0 duplicates, 0 replaced, 1 rejected\n"
        #expect(run.output == read + first)
        #expect(try fixture.run("run", "--now", "2026-11-24T17:05") == prints(""))
    }

    @Test func skipsOnlyTheInvalidCompany() throws {
        let configuration = CommandFixture.configuration.replacing(
            "\"companies\": [", with: "\"companies\": [\(CommandFixture.mistakenCompany),")
        let fixture = try CommandFixture(configuration)
        let mistake = """
            callback-reports.json: companies[0].timeZone: unknown time zone 'Europe/Berln'; \
            did you mean 'Europe/Berlin'?

            """
        let start = try fixture.run("run", "--now", "2026-11-24T12:00")
        #expect(start == ProgramRun(output: started, errors: mistake, status: 78))
        let run = try fixture.run("run", "--now", "2026-11-24T17:00")
        #expect(run == ProgramRun(output: first, errors: mistake, status: 78))
    }

    @Test func retriesADeferredMail() throws {
        let server = try ScriptedSMTPServer([.rcpt: [.reply("451 4.7.1 try later")]])
        let configuration = CommandFixture.configuration
            .replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\"")
        let fixture = try CommandFixture(configuration)
        _ = try fixture.run("run", "--now", "2026-11-24T12:00")
        let refused = try fixture.run("run", "--now", "2026-11-24T17:00")
        #expect(refused.status == 75)
        #expect(
            refused.errors == """
                HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: deferred for ops@example.com \
                (RCPT TO: 451 4.7.1 try later); next attempt 2026-11-24T17:01:00+05:30

                """)
        #expect(try fixture.run("run", "--now", "2026-11-24T17:00:59") == prints(""))
        let dry = try fixture.run("run", "--dry-run", "--now", "2026-11-24T17:01")
        #expect(dry == prints("would retry 1 waiting email\n"))
        let sent = try fixture.run("run", "--now", "2026-11-24T17:01")
        #expect(
            sent
                == prints(
                    """
                    HXXXXXXX071IN daily 2026-11-24T17:00:00+05:30: sent to ops@example.com \
                    (end of data: 250 2.0.0 queued as 1)

                    """))
        #expect(server.accepted.map(\.to) == [["care@example.com"], ["ops@example.com"]])
    }

    @Test func acceptsATimeWithoutOffsetIfAllCompaniesShareAZone() throws {
        let other = CommandFixture.mistakenCompany.replacing("Berln", with: "Berlin")
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"companies\": [", with: "\"companies\": [\(other),"))
        let error = """
            callback-reports run: --now: '2026-11-24T12:00' is not an RFC 3339 time with an \
            offset, because the companies have different time zones
            See 'callback-reports run --help'.

            """
        #expect(try fixture.run("run", "--now", "2026-11-24T12:00") == fails(64, error))
        #expect(try fixture.run("run", "--now", "2026-11-24T12:00:00Z").status == 0)
    }
}
