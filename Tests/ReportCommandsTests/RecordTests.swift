import FoundationEssentials
import TestSupport
import Testing

/// `record`: adds one attempt, for shell scripts.
@Suite struct RecordTests {
    private func record(_ fixture: CommandFixture, _ options: String) throws -> ProgramRun {
        try fixture.shell("callback-reports record --company \(CommandFixture.sid) \(options)")
    }

    @Test func addsAnAttemptOnce() throws {
        let fixture = try CommandFixture()
        let options =
            "--callback-id c-9 --finished-at 2026-11-25T05:00:00Z --status 404 "
            + "--attempt 2 --profile-id IN_a --channel sms --event SMS-sent --method PUT "
            + "--url https://h.example.com:8443/secret?key --duration-ms 12.5"
        #expect(try record(fixture, options) == prints(""))
        #expect(try record(fixture, options) == prints(""))
        let failures = try fixture.run(
            "failures", "--company", CommandFixture.sid, "--from", "2026-11-25", "--to",
            "2026-11-26",
            "--format", "csv")
        #expect(
            failures
                == prints(
                    ExpectedFailures.header
                        + "c-9,HXXXXXXX071IN,2026-11-25T05:00:00Z,2,failed,404,http_4xx,IN_a,sms,"
                        + "SMS-sent,PUT,https://h.example.com:8443,13\r\n"))
    }

    @Test func titlesOfRecordsNameEndpointsInReports() throws {
        let fixture = try CommandFixture()
        for (id, title) in [("c-1", "Chat"), ("c-2", "Chat inbox")] {
            let options =
                "--callback-id \(id) --status 500 --profile-id p --profile-title '\(title)' "
                + "--finished-at 2026-11-25T05:00:0\(id.suffix(1))Z"
            #expect(try record(fixture, options) == prints(""))
        }
        let report = try fixture.run(
            "report", "--company", CommandFixture.sid, "--from", "2026-11-25", "--to",
            "2026-11-26", "--now", "2026-12-01", "--format", "csv")
        #expect(report.output.contains("\r\np,Chat inbox,0,2,0,"))
    }

    @Test func defaultsToTheCurrentTime() throws {
        let fixture = try CommandFixture()
        #expect(try record(fixture, "--callback-id c-9 --status 200") == prints(""))
        let verified =
            "checked 1 attempt of 1 callback against 2 stored counts: all counts are correct\n"
        #expect(try fixture.run("verify") == prints(verified))
    }

    /// The programs use the clock of the tests, even if libfaketime changes it.
    @Test func usesTheSystemClock() throws {
        let fixture = try CommandFixture()
        let from = Date.now.addingTimeInterval(-1).formatted(.iso8601)
        #expect(try record(fixture, "--callback-id c-9 --status 500") == prints(""))
        let to = Date.now.addingTimeInterval(1).formatted(.iso8601)
        let failures = try fixture.run(
            "failures", "--company", CommandFixture.sid, "--from", from, "--to", to, "--format",
            "csv")
        #expect(failures.output.contains("c-9,"), "from \(from) to \(to): \(failures)")
    }

    @Test func rejectsInvalidAttempts() throws {
        let fixture = try CommandFixture()
        let cases: [(options: String, words: String)] = [
            ("", "one of status, outcome and error is required"),
            ("--status abc", "status: 'abc' is not an HTTP status from 100 to 599"),
            (
                "--status 200 --finished-at never",
                "finished_at: 'never' is neither an RFC 3339 time nor a Unix time"
            ),
            ("--status 200 --attempt 0", "attempt: '0' is not a whole number from 1 to 2147483647"),
        ]
        for (options, words) in cases {
            let run = try record(fixture, "--callback-id c-9 \(options)")
            #expect(run == fails(65, "callback-reports: \(words)\n"), "\(options)")
        }
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test func rejectsPrunedAttempts() throws {
        let fixture = try CommandFixture()
        let old = "--callback-id c-9 --status 200 --finished-at 2020-01-01T00:00:00Z"
        #expect(try record(fixture, old) == prints(""))
        #expect(try fixture.run("prune", "--older-than", "30d").status == 0)
        let run = try record(fixture, old)
        #expect(run.status == 65)
        #expect(run.errors.hasPrefix("callback-reports: finished_at: "))
    }

    @Test func requiresACallback() throws {
        let errors = """
            callback-reports record: missing option: --callback-id ID
            See 'callback-reports record --help'.

            """
        #expect(try record(CommandFixture(), "--status 200") == fails(64, errors))
    }
}
