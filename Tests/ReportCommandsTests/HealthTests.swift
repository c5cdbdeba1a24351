import FoundationEssentials
import TestSupport
import Testing

/// `health`: one line for monitoring.
@Suite struct HealthTests {
    private func now(_ hoursAgo: Double) -> String {
        Date(timeIntervalSinceNow: -hoursAgo * 3600).ISO8601Format()
    }

    /// The line without the time of the last run and the number of reports.
    private func health(_ bench: Workbench) throws -> ProgramRun {
        let run = try bench.run("health")
        let output = run.output.replacing(#/run 20[-0-9T:.]+Z/#, with: "run TIME")
            .replacing(#/[1-9][0-9]* overdue/#, with: "N overdue")
        return ProgramRun(output: output, errors: run.errors, status: run.status)
    }

    @Test func isWellAfterARun() throws {
        let bench = try Workbench()
        _ = try bench.run("run")
        #expect(
            try health(bench)
                == prints("well: last run TIME, 0 overdue, 0 waiting, 0 given up\n"))
    }

    @Test func isNotWellBeforeTheFirstRun() throws {
        let line = "not well: no run yet, 0 overdue, 0 waiting, 0 given up\n"
        #expect(
            try health(Workbench.filled()) == ProgramRun(output: line, errors: "", status: 75))
    }

    @Test func isNotWellWhenRunsStayAway() throws {
        let bench = try Workbench()
        _ = try bench.run("run", "--now", now(50))
        let line = "not well: last run TIME (too long ago), N overdue, 0 waiting, 0 given up\n"
        #expect(try health(bench) == ProgramRun(output: line, errors: "", status: 75))
    }

    @Test func isNotWellWithAMailThatWaitsOrWasGivenUp() throws {
        let replies: [(reply: String, counts: String, status: Int32)] = [
            ("451 4.7.1 later", "0 overdue, 1 waiting, 0 given up", 75),
            ("550 5.1.1 unknown", "0 overdue, 0 waiting, 1 given up", 69),
        ]
        for (reply, counts, status) in replies {
            let server = try ScriptedSMTPServer([.rcpt: [.reply(reply)]])
            let bench = try Workbench(
                Workbench.configuration.replacing(
                    "\"weekly\": {", with: "\"weekly\": {\"enabled\": false, "
                )
                .replacing("\"monthly\": {", with: "\"monthly\": {\"enabled\": false, ")
                .replacing(
                    "\"url\": \"file:mail\"",
                    with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
            // One daily report is due in any 24 hours, at whatever time of day this runs.
            _ = try bench.run("run", "--now", now(24))
            _ = try bench.run("run", "--now", now(0))
            let line = "not well: last run TIME, \(counts)\n"
            #expect(
                try health(bench) == ProgramRun(output: line, errors: "", status: status),
                "\(reply)")
        }
    }

    @Test func isNotWellWithACompanyHeldUp() throws {
        let bench = try Workbench(
            Workbench.configuration.replacing(
                "\"companies\": [", with: "\"companies\": [\(Workbench.mistakenCompany),"))
        _ = try bench.run("run")
        let line =
            "not well: last run TIME, 0 overdue, 0 waiting, 0 given up, "
            + "1 held up by the configuration\n"
        #expect(try health(bench) == ProgramRun(output: line, errors: "", status: 78))
    }
}
