import TestSupport
import Testing

/// `check`: whether everything is ready before cron finds out.
@Suite struct CheckTests {
    private let ready = """
        configuration: callback-reports.json, 1 company
        database: DIR/callbacks.db
        templates: built in
        time zones: tz database TZ

        """

    private func bench(_ server: ScriptedSMTPServer) throws -> Workbench {
        try Workbench(
            Workbench.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
    }

    @Test func namesWhatItFoundReady() throws {
        #expect(try Workbench().run("check") == prints(ready))
    }

    @Test func sendsATestMailThatCountsForNothing() throws {
        let bench = try Workbench()
        let run = try bench.run("check", "--smtp", "--to", "Me <me@example.com>, b@example.com")
        #expect(
            run
                == prints(
                    ready + """
                        mail server: ready (file: DIR/mail can be written to)
                        me@example.com: sent (file: written to DIR/mail/new/MAIL)
                        b@example.com: sent (file: written to DIR/mail/new/MAIL)

                        """))
        #expect(bench.mails.count == 2)
        #expect(try bench.run("history") == prints(""))
    }

    @Test func goesAllTheWayToTheMailServerWithoutMail() throws {
        let server = try ScriptedSMTPServer()
        let run = try bench(server).run("check", "--smtp")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(ready + "mail server: ready ("))
        #expect(server.received == [])
        #expect(server.verbs.first?.first == "EHLO")
        #expect(server.verbs.first?.last == "QUIT")
    }

    @Test func saysWhyTheServerCannotBeReached() throws {
        let server = "smtp://127.0.0.1:\(try LoopbackListener.closedPort())"
        let bench = try Workbench(
            Workbench.configuration.replacing(
                "\"file:mail\"", with: "\"\(server)\", \"tls\": \"none\""))
        let run = try bench.run("check", "--smtp")
        #expect(run.status == 75)
        #expect(run.output == ready)
        #expect(run.errors.hasPrefix("mail server: refused for now (connection: "))
    }

    @Test func readsItsOptionsBeforeAnythingElse() throws {
        let errors = """
            callback-reports check: --to: entry 1, column 1: 'x': no '@'; write \
            name@example.com, and put a name that holds a comma in quotes
            See 'callback-reports check --help'.

            """
        #expect(try Workbench().run("check", "--to", "x") == fails(64, errors))
    }

    @Test func findsAMistakeInATemplate() throws {
        let bench = try Workbench(
            Workbench.configuration.replacing(
                "\"mail\"", with: "\"templatesDirectory\": \"templates\", \"mail\""))
        try bench.directory.write("Report {{compnay}}", to: "templates/report-subject.mustache")
        let run = try bench.run("check")
        #expect(run.status == 78)
        #expect(run.errors.contains("report-subject"))
        #expect(run.errors.contains("did you mean 'company'?"))
    }
}
