import TestSupport
import Testing

/// `health`: prints one line for monitoring.
@Suite struct HealthTests {
    /// Runs `health` and replaces the time of the last run.
    private func health(_ fixture: CommandFixture, _ options: String...) throws -> ProgramRun {
        let run = try fixture.shell("callback-reports health \(options.joined(separator: " "))")
        let output = run.output.replacing(#/run 20[-0-9T:.]+Z/#, with: "run TIME")
        return ProgramRun(output: output, errors: run.errors, status: run.status)
    }

    @Test func isHealthyAfterARun() throws {
        let fixture = try CommandFixture()
        _ = try fixture.run("run")
        #expect(
            try health(fixture)
                == prints(
                    "healthy: last run TIME, 0 reports overdue, 0 emails waiting, 0 emails failed\n"
                ))
    }

    @Test func isUnhealthyBeforeTheFirstRun() throws {
        let line = "unhealthy: no run yet, 0 reports overdue, 0 emails waiting, 0 emails failed\n"
        #expect(
            try health(CommandFixture.filled()) == ProgramRun(output: line, errors: "", status: 75))
    }

    @Test func isUnhealthyWithoutRecentRuns() throws {
        let fixture = try CommandFixture()
        _ = try fixture.run("run", "--now", "2026-11-22T12:00")
        let line = """
            unhealthy: last run TIME (more than an hour ago), 2 reports overdue, 0 emails waiting, 0 emails failed: \
            HXXXXXXX071IN daily 2026-11-22T11:30:00Z overdue, \
            HXXXXXXX071IN daily 2026-11-23T11:30:00Z overdue

            """
        #expect(
            try health(fixture, "--now", "2026-11-24T14:00")
                == ProgramRun(output: line, errors: "", status: 75))
    }

    @Test func namesFiveReportsAndCountsTheOthers() throws {
        let fixture = try CommandFixture()
        _ = try fixture.run("run", "--now", "2026-11-12T12:00")
        let line = try health(fixture, "--now", "2026-11-24T14:00").output
        #expect(
            line.contains(
                "13 reports overdue, 0 emails waiting, 0 emails failed: HXXXXXXX071IN daily 2026-11-12T"
            ))
        #expect(line.hasSuffix(" overdue and 8 more\n"))
    }

    @Test func isUnhealthyWithADeferredOrFailedMail() throws {
        let report = "HXXXXXXX071IN daily 2026-11-23T11:30:00Z"
        let replies: [(reply: String, counts: String, status: Int32)] = [
            (
                "451 4.7.1 later",
                "0 reports overdue, 1 email waiting, 0 emails failed: \(report) waiting", 75
            ),
            (
                "550 5.1.1 unknown",
                "0 reports overdue, 0 emails waiting, 1 email failed: \(report) failed", 69
            ),
        ]
        for (reply, counts, status) in replies {
            let server = try ScriptedSMTPServer([.rcpt: [.reply(reply)]])
            let fixture = try CommandFixture(
                CommandFixture.configuration.replacing(
                    "\"url\": \"file:mail\"",
                    with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
            _ = try fixture.run("run", "--now", "2026-11-23T12:00")
            _ = try fixture.run("run", "--now", "2026-11-23T17:00")
            let line = "unhealthy: last run TIME, \(counts)\n"
            #expect(
                try health(fixture, "--now", "2026-11-23T17:01")
                    == ProgramRun(output: line, errors: "", status: status),
                "\(reply)")
        }
    }

    private func configuration(server port: Int) -> String {
        CommandFixture.configuration.replacing(
            "\"url\": \"file:mail\"",
            with: "\"url\": \"smtp://127.0.0.1:\(port)\", \"tls\": \"none\"")
    }

    /// A run stops at the first email that a server that is down does not take.
    @Test func countsEveryMailThatARunCouldNotSend() throws {
        let fixture = try CommandFixture(configuration(server: 1))
        _ = try fixture.run("run", "--now", "2026-11-23T12:00")
        #expect(try fixture.run("run", "--now", "2026-11-23T17:00").status == 75)
        let line = try health(fixture, "--now", "2026-11-23T17:01")
        #expect(line.output.contains("0 reports overdue, 2 emails waiting, 0 emails failed: "))
        #expect(line.status == 75)
    }

    /// The next report is prepared in the run that gives up, so it must not hide the failure.
    @Test func failedMailCountsUntilALaterReportIsDelivered() throws {
        let server = try ScriptedSMTPServer([.rcpt: [.reply("550 5.1.1 unknown")]])
        let fixture = try CommandFixture(configuration(server: Int(server.port)))
        _ = try fixture.run("run", "--now", "2026-11-23T12:00")
        _ = try fixture.run("run", "--now", "2026-11-23T17:00")
        try fixture.directory.write(configuration(server: 1), to: "callback-reports.json")
        _ = try fixture.run("run", "--now", "2026-11-24T17:00")
        let failed = "HXXXXXXX071IN daily 2026-11-23T11:30:00Z failed\n"
        #expect(try health(fixture, "--now", "2026-11-24T17:01").output.hasSuffix(failed))
        let week = try health(fixture, "--now", "2026-11-30T16:00").output
        #expect(week.contains(", 1 email failed: "))
        // A series that fails for longer has newer failures to report.
        let later = try health(fixture, "--now", "2026-12-01T16:00").output
        #expect(later.contains(", 0 emails failed: "))
        try fixture.directory.write(CommandFixture.configuration, to: "callback-reports.json")
        _ = try fixture.run("run", "--now", "2026-11-24T18:30")
        #expect(try health(fixture, "--now", "2026-11-24T18:31").status == 0)
    }

    @Test func isUnhealthyWhileASourceCannotBeRead() throws {
        let sources = CommandFixture.configuration.replacing(
            "\"mail\"",
            with:
                "\"sources\": [{\"path\": \"log.ndjson\"}, {\"path\": \"missing.ndjson\"}], \"mail\""
        )
        let fixture = try CommandFixture(sources)
        _ = try fixture.shell("printf '{\\0}\\0' > log.ndjson")
        for _ in 0..<2 { #expect(try fixture.run("run").status == 66) }
        let line = try health(fixture)
        #expect(line.status == 66)
        #expect(
            line.output.replacing(#/since 20[-0-9T:.]+Z/#, with: "since TIME")
                == "unhealthy: last run TIME, 0 reports overdue, 0 emails waiting, 0 emails failed, "
                + "the last run could not read 2 sources: DIR/log.ndjson: the file is encoded as "
                + "UTF-16; convert it to UTF-8 (since TIME), DIR/missing.ndjson: no such file; check "
                + "the path, or remove the source (since TIME)\n")
        try fixture.directory.write(CommandFixture.log, to: "log.ndjson")
        #expect(try fixture.run("run").status == 66)
        #expect(try health(fixture).output.contains("the last run could not read 1 source: "))
        try fixture.directory.write(CommandFixture.configuration, to: "callback-reports.json")
        #expect(try fixture.run("run").status == 0)
        #expect(try health(fixture).status == 0)
    }

    @Test func namesARunThatFailedUntilALaterOneFinishes() throws {
        let fixture = try CommandFixture()
        _ = try fixture.run("run")
        let templates = CommandFixture.configuration.replacing(
            "\"mail\"", with: "\"templatesDirectory\": \"templates\", \"mail\"")
        try fixture.directory.write(templates, to: "callback-reports.json")
        _ = try fixture.shell("mkdir templates; echo '{{#x' >templates/report-text.mustache")
        #expect(try fixture.run("run").status == 78)
        let failed = try health(fixture)
        #expect(failed.status == 78)
        #expect(
            failed.output.contains("failed: DIR/templates/report-text.mustache:1:1: "),
            "\(failed)")
        try fixture.directory.write(CommandFixture.configuration, to: "callback-reports.json")
        #expect(try health(fixture).status == 78)
        #expect(try fixture.run("run").status == 0)
        #expect(try health(fixture).status == 0)
    }

    @Test(arguments: ["KILL", "TERM"])
    func namesARunThatWasKilledButNotOneThatIsRunning(signal: String) throws {
        let server = try ScriptedSMTPServer([.rcpt: [.stall]])
        let fixture = try CommandFixture(configuration(server: Int(server.port)))
        _ = try fixture.run("run", "--now", "2026-11-23T12:00")
        let run = try fixture.shell(
            """
            callback-reports run --now 2026-11-23T17:00 >other 2>&1 &
            run=$!
            until callback-reports history | grep -q waiting; do sleep 0.1; done
            callback-reports health --now 2026-11-23T17:01 | grep -c 'was killed'
            kill -\(signal) $run
            wait $run
            callback-reports health --now 2026-11-23T17:01
            """)
        #expect(run.output.hasPrefix("0\n"), "\(run)")
        #expect(
            run.output.contains(", the run of 2026-11-23T11:30:00Z was killed before it finished"),
            "\(run)")
        #expect(run.status == 75)
        try fixture.directory.write(CommandFixture.configuration, to: "callback-reports.json")
        _ = try fixture.run("run", "--now", "2026-11-23T17:40")
        #expect(try !health(fixture, "--now", "2026-11-23T17:41").output.contains("killed"))
    }

    @Test func isUnhealthyWithAnInvalidCompany() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"companies\": [", with: "\"companies\": [\(CommandFixture.mistakenCompany),"))
        _ = try fixture.run("run")
        let line =
            "unhealthy: last run TIME, 0 reports overdue, 0 emails waiting, 0 emails failed, "
            + "1 with an invalid configuration\n"
        #expect(try health(fixture) == ProgramRun(output: line, errors: "", status: 78))
    }

    /// A lost end is reported by one run, but counts until the operator removes the file.
    @Test func isUnhealthyUntilALostEndIsAcknowledged() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"sources\": [{\"path\": \"log.ndjson\"}], \"mail\""))
        #expect(try fixture.run("run").status == 0)
        _ = try fixture.shell("rm log.ndjson")
        try fixture.directory.write(
            CommandFixture.log.replacing("c-", with: "d-"), to: "log.ndjson")
        let lost = try fixture.run("run")
        #expect(lost.status == 66 && lost.errors.contains("any later lines were not read"))
        for _ in 0..<2 {
            #expect(try fixture.run("run").status == 0)
            let line = try health(fixture)
            #expect(line.status == 66)
            #expect(
                line.output
                    == "unhealthy: last run TIME, 0 reports overdue, 0 emails waiting, 0 emails failed, 1 unread "
                    + "end of sources in DIR/callbacks.db-unread.txt\n")
        }
        let saved = try fixture.directory.text(of: "callbacks.db-unread.txt")
        #expect(saved.split(separator: "\n").count == 1)
        #expect(saved.hasSuffix(String(lost.errors.suffix(60))))
        _ = try fixture.shell("rm callbacks.db-unread.txt")
        #expect(try health(fixture).status == 0)
    }

    @Test func namesCompaniesOfTheLogThatAreNotConfigured() throws {
        let fixture = try CommandFixture()
        let log = CommandFixture.log.replacing(CommandFixture.sid, with: "hxxxxxxx071in")
        try fixture.directory.write(log, to: "log.ndjson")
        _ = try fixture.run("import", "log.ndjson")
        _ = try fixture.run("run")
        let line = try health(fixture)
        #expect(line.status == 0)
        #expect(line.output.hasSuffix(", unknown companies in the log: hxxxxxxx071in\n"))
        #expect(
            try fixture.run("check").errors
                == "database: the log has companies that the configuration "
                + "does not contain: hxxxxxxx071in (did you mean HXXXXXXX071IN?)\n")
    }
}
