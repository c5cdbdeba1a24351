import TestSupport
import Testing

/// Wrong and missing configurations and databases.
@Suite struct ConfigurationTests {
    private static let everyCommand = [
        "run", "run --dry-run", "report --company A --frequency daily", "import log.ndjson",
        "record --company A --callback-id 1 --status 200", "schedule", "history", "show 1",
        "resend 1", "failures --company A --frequency daily", "health", "check", "verify",
        "prune --older-than 9d",
    ]

    private let mistaken = """
        {"database": 5, "sources": [{"pth": "x"}], "retention": "9", "colour": 1,
         "mail": {"url": "http://x", "from": "nobody"},
         "companies": [{"sid": "A", "name": "A", "timeZone": "Asia/Calcuta",
          "callbackReport": {"daily": {"emailAddresses": "a@example.com,, b", "time": "25:00"},
                             "weekly": {"emailAddresses": "", "weekday": "wensday"}}}]}
        """

    private let mistakes = """
        callback-reports.json: unknown key 'colour'
        callback-reports.json: database: expected a string, found the number 5
        callback-reports.json: sources[0]: unknown key 'pth'; did you mean 'path'?
        callback-reports.json: sources[0].path: missing; expected the path of a log file
        callback-reports.json: retention: expected a number of days from '1d' to '36500d', found '9'
        callback-reports.json: mail.url: 'http://x' is not the URL of a mail server or Maildir; use \
        smtp://host:port, smtps://host:port or file:DIRECTORY
        callback-reports.json: mail.from: entry 1, column 1: 'nobody': no '@'; write \
        name@example.com, and put a name that contains a comma in quotes
        callback-reports.json: companies[0].timeZone: unknown time zone 'Asia/Calcuta'; \
        did you mean 'Asia/Kolkata'?
        callback-reports.json: companies[0].callbackReport.daily.emailAddresses: entry 3, \
        column 17: 'b': no '@'; write name@example.com, and put a name that contains a comma in quotes
        callback-reports.json: companies[0].callbackReport.daily.time: expected a time from \
        00:00 to 23:59, found '25:00'
        callback-reports.json: companies[0].callbackReport.weekly.emailAddresses: no address; \
        write at least one, like name@example.com
        callback-reports.json: companies[0].callbackReport.weekly.weekday: unknown value \
        'wensday'; did you mean 'wednesday'?

        """

    @Test func reportsEveryErrorAtOnceAndChangesNothing() throws {
        let fixture = try CommandFixture(mistaken)
        for command in Self.everyCommand {
            let run = try fixture.shell("callback-reports \(command)")
            #expect(run == fails(78, mistakes), "\(command)")
        }
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test func reportsWhereItLookedForAConfiguration() throws {
        let error = """
            callback-reports: none.json: file not found; check --config

            """
        #expect(try CommandFixture().run("health", "--config", "none.json") == fails(78, error))
    }

    @Test func readsTheConfigurationFromTheEnvironmentVariable() throws {
        let fixture = try CommandFixture()
        let other = CommandFixture.configuration.replacing(CommandFixture.sid, with: "OTHER")
        try fixture.directory.write(other, to: "etc/other.json")
        let run = try fixture.run(
            "schedule", "--count", "1",
            environment: ["CALLBACK_REPORTS_CONFIG": "etc/other.json"])
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("OTHER ") })
    }

    @Test func reportsAFileThatIsNotADatabase() throws {
        let fixture = try CommandFixture()
        let text = String(repeating: "This is no database. ", count: 20)
        try fixture.directory.write(text, to: "callbacks.db")
        let error = """
            callback-reports: DIR/callbacks.db: file is not a database; restore the file from a \
            backup, or set 'database' to another file

            """
        for command in Self.everyCommand where command != "check" {
            let line = command.replacing("--company A", with: "--company \(CommandFixture.sid)")
            #expect(try fixture.shell("callback-reports \(line)") == fails(74, error), "\(command)")
        }
        #expect(try fixture.run("check").status == 74)
        #expect(try fixture.directory.text(of: "callbacks.db") == text)
    }

    @Test func reportsADatabaseInAMissingFolder() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing("callbacks.db", with: "none/callbacks.db"))
        let error = """
            callback-reports: DIR/none/callbacks.db: unable to open database file; check that \
            the directory exists and that this user can write to it

            """
        for command in ["run", "import log.ndjson"] {
            #expect(
                try fixture.shell("callback-reports \(command)") == fails(74, error), "\(command)")
        }
        for command in ["history", "health", "verify"] {
            #expect(try fixture.run(command).status == 66, "\(command)")
        }
    }

    @Test func aMissingPasswordStopsOnlyMail() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: """
                    "url": "smtp://mail.example.com", "username": "me",
                    "passwordEnvironment": "SMTP_PASSWORD"
                    """))
        #expect(try fixture.run("schedule").status == 0)
        #expect(try fixture.run("import", "log.ndjson").status == 0)
        let run = try fixture.run("run")
        #expect(run.status == 78)
        #expect(run.errors.contains("SMTP_PASSWORD"))
    }
}
