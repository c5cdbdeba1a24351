import TestSupport
import Testing

/// `report`: creates one report now, in every format.
@Suite struct ReportTests {
    private func report(_ fixture: CommandFixture, _ arguments: String) throws -> ProgramRun {
        try fixture.shell(
            "callback-reports report --company \(CommandFixture.sid) --now 2026-12-01 \(arguments)")
    }

    @Test func showsTheLastCompletePeriodAsText() throws {
        let fixture = try CommandFixture.filled()
        for ending in ["2026-11-25T17:00", "2026-11-25T11:30:00Z", "2026-11-26T16:59:59"] {
            let run = try report(fixture, "--frequency daily --ending \(ending)")
            #expect(run == prints(ExpectedReport.text), "\(ending)")
        }
    }

    @Test func showsTheNumbersAsJSONInTheSpecifiedOrder() throws {
        let run = try report(
            CommandFixture.filled(), "--frequency daily --ending 2026-11-25T17:00 --format json")
        #expect(run == prints(ExpectedReport.json))
    }

    @Test func showsARowPerProfileAsCSV() throws {
        let run = try report(
            CommandFixture.filled(), "--frequency daily --ending 2026-11-25T17:00 --format csv")
        #expect(run == prints(ExpectedReport.csv))
    }

    @Test func showsTheCompleteMailWithTextAndHTML() throws {
        let fixture = try CommandFixture.filled()
        let ending = "--frequency daily --ending 2026-11-25T17:00"
        let run = try fixture.shell(
            """
            callback-reports report --company \(CommandFixture.sid) \(ending) --format eml > mail.eml
            callback-reports report --company \(CommandFixture.sid) \(ending) --format html > page.html
            python3 -B '\(PythonCheck.path(of: "mail_parts"))' mail.eml page.html
            """)
        #expect(run == prints(ExpectedReport.mail(ExpectedReport.text)))
    }

    @Test func coversCustomPeriods() throws {
        let fixture = try CommandFixture.filled()
        let csv =
            "\u{FEFF}profile_id,title,delivered,failed,retrying,delivery_rate,failing_since,"
            + "origin,failing\r\n"
        let cases: [(span: String, rows: String)] = [
            // A callback at the end of the period is excluded.
            ("--from 2026-11-25T16:00 --to 2026-11-25T17:00", "IN_b,,0,0,1,,,,false\r\n"),
            (
                "--from 2026-11-25T16:00 --to 2026-11-25T17:00:00.001+05:30",
                "IN_a,,1,0,0,1,,,false\r\nIN_b,,0,0,1,,,,false\r\n"
            ),
            ("--from 2026-11-25T10:29:59.999+05:30 --to 2026-11-25T10:30", ""),
            (
                "--from 2026-11-25T05:00:00Z --to 2026-11-25T05:00:00.001Z",
                "IN_b,,1,0,0,1,,,false\r\n"
            ),
            // The first attempt of a callback that was retried later.
            ("--from 2026-11-25T09:00 --to 2026-11-25T10:00", ""),
            ("--from 2026-11-23 --to 2026-11-24", "IN_a,,1,0,0,1,,,false\r\n"),
        ]
        for (span, rows) in cases {
            #expect(try report(fixture, "\(span) --format csv") == prints(csv + rows), "\(span)")
        }
    }

    @Test func writesFilesAtomically() throws {
        let fixture = try CommandFixture.filled()
        let options = "--frequency daily --ending 2026-11-25T17:00"
        #expect(try report(fixture, "\(options) --format csv --output r.csv") == prints(""))
        // Foundation drops the byte order mark.
        let csv = "\u{FEFF}" + (try fixture.directory.text(of: "r.csv"))
        #expect(csv == ExpectedReport.csv)
        #expect(
            try report(fixture, "\(options) --output /dev/full")
                == fails(73, "callback-reports: cannot write /dev/full: No space left on device\n"))
        #expect(
            try report(fixture, "\(options) --output none/r.txt")
                == fails(
                    73, "callback-reports: cannot write DIR/none/r.txt: No such file or directory\n"
                ))
        #expect(
            try report(fixture, "\(options) > /dev/full")
                == fails(73, "cannot write standard output: No space left on device\n"))
    }

    @Test func mailedReportDoesNotReplaceTheScheduledOne() throws {
        let fixture = try CommandFixture.reported()
        let history = try fixture.run("history", "--format", "json")
        let toConfigured = try report(
            fixture, "--frequency daily --ending 2026-11-25T17:00 --send")
        #expect(
            toConfigured
                == prints(
                    """
                    ops@example.com: sent (file: written to DIR/mail/new/MAIL)
                    care@example.com: sent (file: written to DIR/mail/new/MAIL)

                    """))
        let spans = [
            "--frequency weekly --ending 2026-11-25T17:00 --send --to 'Me <me@example.com>'",
            "--from 2026-11-24 --to 2026-11-25 --send --to me@example.com",
            "--from 2026-11-24 --to me@example.com --to 2026-11-25T12:00 --send",
        ]
        for span in spans {
            let sent = "me@example.com: sent (file: written to DIR/mail/new/MAIL)\n"
            #expect(try report(fixture, span) == prints(sent), "\(span)")
        }
        #expect(fixture.mails.count == 4 + 5)
        #expect(try fixture.run("history", "--format", "json") == history)
        #expect(try fixture.run("run", "--now", "2026-11-25T17:05") == prints(""))
    }

    @Test func printsTheResponseOfTheServer() throws {
        let server = try ScriptedSMTPServer([.rcpt: [.reply("550 5.1.1 unknown user")]])
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
        _ = try fixture.run("import", "log.ndjson")
        let run = try report(fixture, "--frequency daily --send")
        #expect(
            run
                == ProgramRun(
                    output: "care@example.com: sent (end of data: 250 2.0.0 queued as 1)\n",
                    errors: "ops@example.com: rejected (RCPT TO: 550 5.1.1 unknown user)\n",
                    status: 69))
    }

    @Test func rejectsIncompatibleOptions() throws {
        let fixture = try CommandFixture.filled()
        let cases: [(options: String, words: String)] = [
            ("", "provide --frequency, or both --from and --to"),
            ("--from 2026-11-25", "provide --frequency, or both --from and --to"),
            ("--ending 2026-11-25", "provide --frequency, or both --from and --to"),
            (
                "--frequency daily --from 2026-11-25",
                "options --frequency and --from cannot be combined"
            ),
            (
                "--from 2026-11-25 --ending 2026-11-25",
                "options --ending and --from cannot be combined"
            ),
            (
                "--from 2026-11-25 --to 2026-11-24",
                "--from must be before --to"
            ),
            (
                "--from 2026-11-25 --to 2026-11-26 --to 2026-11-27",
                "provide --to once for a TIME and once for ADDRESSES"
            ),
            (
                "--frequency daily --to 2026-11-25",
                "--to: '2026-11-25' is not an email address, and a TIME requires --from; use an "
                    + "address such as name@example.com"
            ),
            (
                "--frequency daily --send --to bob",
                "--to: 'bob' is not an email address, and a TIME requires --from; use an address "
                    + "such as name@example.com"
            ),
            (
                "--frequency daily --send --to a@example.com --to b@example.com",
                "provide --to once for a TIME and once for ADDRESSES"
            ),
            (
                "--frequency daily --to a@example.com",
                "--to ADDRESSES requires --send or --format eml"
            ),
            (
                "--frequency daily --send --to 'a@example.com, b'",
                "--to: entry 2, column 16: 'b': no '@'; write name@example.com, "
                    + "and put a name that contains a comma in quotes"
            ),
            (
                "--from 2026-11-24 --to 2026-11-25 --send",
                "this report has no recipients; provide them with --to"
            ),
            (
                "--frequency daily --send --output x",
                "options --send and --output cannot be combined"
            ),
            (
                "--frequency dayly",
                "--frequency: 'dayly' is not daily, weekly or monthly; did you mean 'daily'?"
            ),
            (
                "--frequency daily --ending 2026-11-31",
                "--ending: '2026-11-31' is not a valid time; use 2026-03-29, 2026-03-29T17:00 or "
                    + "2026-03-29T17:00:00+02:00"
            ),
            (
                "--frequency daily --format pdf",
                "--format: 'pdf' is not text, html, json, csv or eml"
            ),
        ]
        for (options, words) in cases {
            let errors = """
                callback-reports report: \(words)
                See 'callback-reports report --help'.

                """
            #expect(try report(fixture, options) == fails(64, errors), "\(options)")
        }
        #expect(fixture.mails == [])
    }
}
