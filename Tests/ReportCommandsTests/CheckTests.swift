import TestSupport
import Testing

/// `check`: validates everything that a run needs.
@Suite struct CheckTests {
    private let ready = """
        configuration: callback-reports.json, 1 company
        database: DIR/callbacks.db
        templates: built in
        time zones: tz database TZ

        """

    private func fixture(_ server: ScriptedSMTPServer) throws -> CommandFixture {
        try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
    }

    @Test func listsWhatIsReady() throws {
        #expect(try CommandFixture.filled().run("check") == prints(ready))
    }

    private func check(_ configuration: String, files: [String: String] = [:]) throws -> ProgramRun
    {
        let fixture = try CommandFixture(configuration)
        for (name, text) in files { try fixture.directory.write(text, to: name) }
        return try fixture.run("check")
    }

    private func check(mail: String) throws -> ProgramRun {
        try check(CommandFixture.configuration.replacing("\"url\": \"file:mail\"", with: mail))
    }

    @Test(arguments: [
        (
            #""passwordFile": "none""#,
            "password file 'DIR/none' cannot be read: No such file or directory"
        ),
        (
            #""passwordFile": "log.ndjson""#,
            "password file 'DIR/log.ndjson' must contain the password on a single line"
        ),
        (
            #""passwordEnvironment": "NO_SUCH_VARIABLE""#,
            "the environment variable 'NO_SUCH_VARIABLE' for the mail server's "
                + "password is not set"
        ),
    ])
    func reportsAnUnreadablePassword(source: String, words: String) throws {
        let run = try check(
            mail: #""url": "smtp://mail.example.com", "username": "me", \#(source)"#)
        #expect(run.status == 78)
        #expect(run.errors.hasSuffix(words + "\n"))
    }

    @Test func reportsMissingCertificates() throws {
        let run = try check(mail: #""url": "smtp://mail.example.com", "caFile": "none.pem""#)
        #expect(run.status == 78)
        #expect(run.errors == "mail.caFile: DIR/none.pem: No such file or directory\n")
    }

    @Test(arguments: [
        ("smtp://h:465", "port 465 uses implicit TLS; use smtps://h:465"),
        ("smtps://h:587", "port 587 uses STARTTLS; use smtp://h:587"),
        ("smtps://h:25", "port 25 uses STARTTLS; use smtp://h:25"),
    ])
    func reportsAPortForTheOtherKindOfTLS(url: String, words: String) throws {
        let run = try check(mail: #""url": "\#(url)""#)
        #expect(run.status == 78)
        #expect(run.errors == "mail.url: \(words)\n")
    }

    @Test(arguments: [
        "smtp://h:587", "smtps://h:465", "smtp://h:25", "smtp://h:2525", "smtps://h", "smtp://h",
    ])
    func acceptsOtherPorts(url: String) throws {
        let run = try check(mail: #""url": "\#(url)""#)
        #expect(run.status == 0 && run.errors == "", "\(run)")
    }

    @Test func reportsUnreadableSources() throws {
        let sources = ["log.ndjson", "app*.ndjson", "none/*.log", "folder"]
        let list = sources.map { "{\"path\": \"\($0)\"}" }.joined(separator: ", ")
        let run = try check(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"sources\": [\(list)], \"mail\""),
            files: ["folder/file": ""])
        let errors = """
            source DIR/app*.ndjson: no file matches this pattern; check it, or remove the source
            source DIR/none/*.log: no file matches this pattern; check it, or remove the source
            source DIR/folder: not a regular file

            """
        #expect(run.status == 66)
        #expect(run.errors == errors)
    }

    @Test func warnsAboutAMisleadingTimeZone() throws {
        let run = try check(CommandFixture.configuration.replacing("Asia/Kolkata", with: "EST"))
        #expect(run.status == 0)
        #expect(
            run.errors == """
                company HXXXXXXX071IN: time zone 'EST': the zone is always UTC-05:00, without \
                daylight saving time; use a city, such as 'America/New_York', if you mean a place

                """)
    }

    @Test func saysThatTheFirstRunCreatesTheDatabase() throws {
        let run = try CommandFixture().run("check")
        #expect(
            run
                == prints(
                    ready.replacing(
                        "callbacks.db",
                        with: "callbacks.db, will be created by the first command that writes")))
    }

    @Test func reportsAnUnwritableDatabaseFolder() throws {
        let run = try check(
            CommandFixture.configuration.replacing("callbacks.db", with: "none/callbacks.db"))
        #expect(run.status == 73)
        #expect(
            run.errors == "callback-reports: cannot write DIR/none/callbacks.db: "
                + "No such file or directory\n")
    }

    @Test func sendsATestMailWithoutRecordingIt() throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.run("check", "--smtp", "--to", "Me <me@example.com>, b@example.com")
        #expect(
            run
                == prints(
                    ready + """
                        mail server: ready (file: DIR/mail is writable)
                        me@example.com: sent (file: written to DIR/mail/new/MAIL)
                        b@example.com: sent (file: written to DIR/mail/new/MAIL)

                        """))
        #expect(fixture.mails.count == 2)
        #expect(try fixture.run("history") == prints(""))
    }

    @Test func signsInToTheMailServerWithoutSending() throws {
        let server = try ScriptedSMTPServer()
        let fixture = try fixture(server)
        _ = try fixture.run("import", "log.ndjson")
        let run = try fixture.run("check", "--smtp")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(ready + "mail server: ready ("))
        #expect(server.received == [])
        #expect(server.verbs.first?.first == "EHLO")
        #expect(server.verbs.first?.last == "QUIT")
    }

    @Test func reportsWhyTheServerCannotBeReached() throws {
        let server = "smtp://127.0.0.1:\(try LoopbackListener.closedPort())"
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"file:mail\"", with: "\"\(server)\", \"tls\": \"none\""))
        _ = try fixture.run("import", "log.ndjson")
        let run = try fixture.run("check", "--smtp")
        #expect(run.status == 75)
        #expect(run.output == ready)
        #expect(run.errors.hasPrefix("mail server: not available (connection: "))
    }

    /// Nothing retries an email that was sent by hand.
    @Test func promisesNoRetryOfATestEmail() throws {
        let server = "smtp://127.0.0.1:\(try LoopbackListener.closedPort())"
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"file:mail\"", with: "\"\(server)\", \"tls\": \"none\""))
        let run = try fixture.run("check", "--to", "me@example.com")
        #expect(run.status == 75)
        #expect(run.errors.hasPrefix("me@example.com: not sent (connection: "))
        #expect(run.errors.hasSuffix("); try again later\n"))
    }

    @Test(arguments: ["callback-reports", "callback-gateway"])
    func countsInvalidCompanies(program: String) throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing("Asia/Kolkata", with: "Asia/Nowhere"))
        let run = try fixture.shell("\(program) check")
        #expect(run.status == 78)
        #expect(
            run.output.hasPrefix("configuration: callback-reports.json, 1 company (1 invalid)\n"))
    }

    @Test func validatesItsOptionsFirst() throws {
        let errors = """
            callback-reports check: --to: entry 1, column 1: 'x': no '@'; write \
            name@example.com, and put a name that contains a comma in quotes
            See 'callback-reports check --help'.

            """
        #expect(try CommandFixture().run("check", "--to", "x") == fails(64, errors))
    }

    /// Every line begins with its file and position, so that editors can jump to it.
    @Test func reportsEachErrorInTemplatesWithItsPosition() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"templatesDirectory\": \"templates\", \"mail\""))
        try fixture.directory.write("Report {{compnay}}", to: "templates/report-subject.mustache")
        try fixture.directory.write("\n{{zzz}}", to: "templates/test-text.mustache")
        let run = try fixture.run("check")
        #expect(run.status == 78)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasSuffix(
                "templates/report-subject.mustache:1:8: unknown name 'compnay'; "
                    + "did you mean 'company'?") == true)
        #expect(lines.last?.hasSuffix("test-text.mustache:2:1: unknown name 'zzz'") == true)
        #expect(!run.errors.contains("callback-reports: "))
    }

    @Test(arguments: [
        ("file:missing/mail", "DIR/missing/: No such file or directory"),
        ("file:log.ndjson", "DIR/log.ndjson: Not a directory"),
        ("file:log.ndjson/mail", "DIR/log.ndjson/mail: Not a directory"),
    ])
    func namesAMaildirThatCannotBeCreated(url: String, problem: String) throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing("file:mail", with: url))
        let run = try fixture.run("check")
        #expect(run.status == 78 && run.errors == "mail.url: \(problem)\n")
        #expect(try !fixture.directory.names(in: ".").contains("mail"))
    }
}
