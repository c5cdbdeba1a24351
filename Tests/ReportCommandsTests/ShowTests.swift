import TestSupport
import Testing

/// `show`: shows a stored report.
@Suite struct ShowTests {
    @Test func showsEveryFormatOfTheMailedReport() throws {
        let fixture = try CommandFixture.reported()
        let text = ExpectedReport.text.replacing(
            "\nNext report", with: "\nReport:      Daily report no. 1\nNext report")
        #expect(try fixture.run("show", "1") == prints(text))
        #expect(try fixture.run("show", "1", "--format", "json") == prints(ExpectedReport.json))
        #expect(try fixture.run("show", "1", "--format", "csv") == prints(ExpectedReport.csv))
        let parts = try fixture.shell(
            """
            callback-reports show 1 --format eml > mail.eml
            callback-reports show 1 --format html --output page.html
            python3 -B '\(PythonCheck.path(of: "mail_parts"))' mail.eml page.html
            """)
        #expect(parts == prints(ExpectedReport.mail(text)))
    }

    @Test func showsTheExactBytesThatWereMailed() throws {
        let fixture = try CommandFixture.reported()
        let run = try fixture.shell(
            """
            for id in 1 2 3; do
              callback-reports show $id --format eml > shown.eml
              for mail in mail/new/*; do
                if cmp -s shown.eml "$mail"; then echo "$id $(grep ^To: "$mail")"; fi
              done
            done
            """)
        #expect(
            run
                == prints(
                    "1 To: ops@example.com\r\n2 To: lead@example.com\r\n3 To: cto@example.com\r\n"))
    }

    @Test func showsTheStoredContentDespiteLaterAttempts() throws {
        let fixture = try CommandFixture.reported()
        let before = try fixture.run("show", "1")
        let line = """
            {"callback_id":"c-2","company":"HXXXXXXX071IN","profile_id":"IN_a","channel":"sms",\
            "finished_at":"2026-11-25T03:10:00Z","status":200}
            """
        #expect(try fixture.run("import", "-", input: line).status == 0)
        #expect(try fixture.run("show", "1") == before)
    }

    @Test(arguments: [
        ("99", "ID: '99' is not the ID of a report in 'callback-reports history'"),
        ("first", "ID: 'first' is not the ID of a report in 'callback-reports history'"),
        ("", "missing operand: ID"),
        ("1 2", "unexpected operand '2'; expected: ID"),
        ("1 --format pdf", "--format: 'pdf' is not text, html, json, csv or eml"),
    ])
    func rejectsIncorrectUsage(arguments: String, words: String) throws {
        let errors = "callback-reports show: \(words)\nSee 'callback-reports show --help'.\n"
        let run = try CommandFixture.filled().shell("callback-reports show \(arguments)")
        #expect(run == fails(64, errors))
    }

    @Test func reportsThatASkippedReportHasNoContent() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"daily\": {", with: "\"daily\": {\"skipEmpty\": true, "))
        _ = try fixture.run("run", "--now", "2026-11-20T12:00")
        _ = try fixture.run("run", "--now", "2026-11-20T18:00")
        let error = """
            callback-reports: report 1 was skipped (no callbacks in the period), \
            so it has no stored content

            """
        #expect(try fixture.run("show", "1") == fails(65, error))
        #expect(try fixture.run("resend", "1") == prints("report 1: nothing to send\n"))
    }
}
