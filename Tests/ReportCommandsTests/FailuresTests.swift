import TestSupport
import Testing

enum ExpectedFailures {
    static let header =
        "\u{FEFF}callback_id,company,finished_at,attempt,outcome,status,error,profile_id,"
        + "channel,event,method,url,duration_ms\r\n"

    static let ndjson = """
        {"callback_id":"c-2","company":"HXXXXXXX071IN","finished_at":"2026-11-25T03:10:00Z",\
        "attempt":1,"outcome":"failed","status":503,"error":"http_5xx","profile_id":"IN_a",\
        "channel":"sms","event":"SMS-sent","method":"POST","url":"https://hooks.example.com",\
        "duration_ms":250}
        {"callback_id":"c-4","company":"HXXXXXXX071IN","finished_at":"2026-11-25T06:00:00Z",\
        "attempt":1,"outcome":"failed","error":"timeout","profile_id":"IN_b","channel":"whatsapp"}

        """

    static let csv =
        header
        + "c-2,HXXXXXXX071IN,2026-11-25T03:10:00Z,1,failed,503,http_5xx,IN_a,sms,SMS-sent,POST,"
        + "https://hooks.example.com,250\r\n"
        + "c-4,HXXXXXXX071IN,2026-11-25T06:00:00Z,1,failed,,timeout,IN_b,whatsapp,,,,\r\n"
}

/// `failures`: lists failed callbacks.
@Suite struct FailuresTests {
    private func failures(_ fixture: CommandFixture, _ options: String) throws -> ProgramRun {
        try fixture.shell("callback-reports failures --company \(CommandFixture.sid) \(options)")
    }

    @Test func listsTheFailuresOfAPeriodOldestFirst() throws {
        let fixture = try CommandFixture.filled()
        let ending = "--frequency daily --ending 2026-11-25T17:00"
        #expect(try failures(fixture, ending) == prints(ExpectedFailures.ndjson))
        #expect(try failures(fixture, "\(ending) --format csv") == prints(ExpectedFailures.csv))
        let span = "--from 2026-11-25T08:40 --to 2026-11-25T11:30:00.001+05:30"
        #expect(try failures(fixture, span) == prints(ExpectedFailures.ndjson))
        let before = "--from 2026-11-25T08:40:00.001+05:30 --to 2026-11-25T11:30"
        #expect(try failures(fixture, before) == prints(""))
    }

    @Test(arguments: [
        ("--profile IN_b", ["c-4"]), ("--channel sms", ["c-2"]), ("--reason http_5xx", ["c-2"]),
        ("--profile IN_b --reason http_5xx", []), ("--profile IN_b --retrying", ["c-4", "c-5"]),
    ])
    func optionsSelectFailures(options: String, ids: [String]) throws {
        let fixture = try CommandFixture.filled()
        let run = try failures(fixture, "--from 2026-11-25 --to 2026-11-26 \(options)")
        #expect(run.status == 0 && run.errors == "")
        let found = run.output.split(separator: "\n").map { $0.split(separator: "\"")[3] }
        #expect(found.map(String.init) == ids)
    }

    @Test func namesTheNumberOfFailuresThatWerePruned() throws {
        let fixture = try CommandFixture()
        let old = CommandFixture.log.replacing("2026-11-", with: "2021-11-")
        _ = try fixture.run("import", "-", input: old)
        _ = try fixture.run("prune", "--older-than", "90d")
        let span = "--from 2021-11-20 --to 2021-11-30"
        let run = try failures(fixture, span)
        #expect(run.status == 0 && run.output == "")
        #expect(
            run.errors.contains(
                #/^2 failed callbacks of this period cannot be listed: attempts from before 20\S+Z were deleted/#
            ), "\(run.errors)")
        #expect(try failures(fixture, "\(span) --format csv").output == ExpectedFailures.header)
        #expect(try failures(fixture, "--from 2021-12-20 --to 2021-12-30") == prints(""))
        let report = try fixture.shell(
            "callback-reports report --company \(CommandFixture.sid) \(span)")
        #expect(report.output.contains("* 2 failed callbacks can no longer be listed, because"))
        // One callback is still being retried, so there is something to list.
        #expect(report.output.contains("failures --company \(CommandFixture.sid) --retrying"))
    }

    @Test(arguments: ["ndjson", "csv"])
    func outputCanBeImported(format: String) throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            callback-reports failures --company \(CommandFixture.sid) --from 2026-11-20 \\
              --to 2026-11-30 --format \(format) | callback-reports import --strict -
            """)
        #expect(run == prints("2 records: 0 added, 2 duplicates, 0 replaced, 0 rejected\n"))
    }

    @Test func exitsQuietlyWhenThePipeIsClosed() throws {
        let fixture = try CommandFixture()
        let lines = (0..<2000).map { number in
            #"{"callback_id":"c-\#(number)","company":"HXXXXXXX071IN","#
                + #""finished_at":"2026-11-25T03:10:00Z","status":500}"#
        }
        _ = try fixture.run("import", "-", input: lines.joined(separator: "\n"))
        let run = try failures(fixture, "--from 2026-11-25 --to 2026-11-26 --format csv | head -1")
        #expect(run == prints(ExpectedFailures.header))
    }

    @Test func requiresAPeriod() throws {
        let errors = """
            callback-reports failures: provide --frequency, or both --from and --to
            See 'callback-reports failures --help'.

            """
        #expect(try failures(CommandFixture.filled(), "") == fails(64, errors))
    }
}
