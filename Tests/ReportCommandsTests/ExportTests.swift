import TestSupport
import Testing

/// `export attempts` and `export callbacks`: write the log for other programs.
@Suite struct ExportTests {
    private func lines(_ run: ProgramRun) -> [String] {
        run.output.split(whereSeparator: \.isNewline).map(String.init)
    }

    private func export(_ fixture: CommandFixture, _ arguments: String) throws -> ProgramRun {
        try fixture.shell("callback-reports export \(arguments)")
    }

    @Test func everyLineHasAllFields() throws {
        let fixture = try CommandFixture.filled()
        let run = try export(fixture, "attempts --from 2026-11-25T08:40 --to 2026-11-25T08:41")
        let line = """
            {"callback_id":"c-2","company":"HXXXXXXX071IN","finished_at":"2026-11-25T03:10:00Z",\
            "attempt":1,"outcome":"failed","status":503,"error":"http_5xx","profile_id":"IN_a",\
            "channel":"sms","event":"SMS-sent","method":"POST","url":"https://hooks.example.com",\
            "duration_ms":250,"profile_title":null,"is_latest":true}

            """
        #expect(run == prints(line))
        let all = try lines(export(fixture, "attempts"))
        #expect(all.count == 8)
        #expect(all.allSatisfy { $0.contains("\"status\":") && $0.contains("\"is_latest\":") })
    }

    @Test func callbacksAreTheLatestAttempts() throws {
        let fixture = try CommandFixture.filled()
        let callbacks = try lines(export(fixture, "callbacks"))
        #expect(callbacks.count == 7)
        #expect(callbacks.allSatisfy { $0.hasSuffix("\"is_latest\":true}") })
        let superseded = try lines(export(fixture, "attempts"))
            .filter { $0.hasSuffix("\"is_latest\":false}") }
        #expect(superseded.count == 1 && superseded[0].hasPrefix("{\"callback_id\":\"c-3\""))
    }

    @Test(arguments: [
        ("--profile IN_b", 4), ("--outcome failed", 2), ("--reason timeout", 1),
        ("--channel whatsapp", 4), ("--from 2026-11-25T11:00", 3), ("--to 2026-11-24", 1),
        ("--company HXXXXXXX071IN --profile IN_a --outcome delivered", 3), ("--company OTHER", 0),
    ])
    func filtersSelectAttempts(options: String, count: Int) throws {
        let fixture = try CommandFixture.filled()
        let run = try export(fixture, "attempts \(options)")
        #expect(run.status == 0 && run.errors == "")
        #expect(lines(run).count == count, "\(run.output)")
    }

    @Test(arguments: ["ndjson", "csv"])
    func outputCanBeImported(format: String) throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            callback-reports export attempts --format \(format) > export
            callback-reports import --strict export
            sed 's/callbacks.db/other.db/' callback-reports.json > other.json
            callback-reports import --config other.json --strict export 2>&1 | tail -1
            callback-reports export attempts --config other.json --format \(format) > again
            cmp export again
            """)
        let expected = """
            8 records: 0 added, 8 duplicates, 0 replaced, 0 rejected
            8 records: 8 added, 0 duplicates, 0 replaced, 0 rejected

            """
        #expect(run.output == expected)
        #expect(run.errors == "" && run.status == 0)
    }

    @Test func theCommandInAReportListsEarlierCallbacksThatRetry() throws {
        let fixture = try CommandFixture.filled()
        let report = try fixture.shell(
            """
            callback-reports report --company \(CommandFixture.sid) \\
              --from 2026-11-26 --to 2026-11-27
            """)
        #expect(report.output.contains("1 earlier callback not delivered yet"))
        let rest = report.output.split(
            separator: "To list earlier callbacks that are still retrying:\n")
        let commandLines = try #require(rest.last).split(separator: "\n").prefix(2)
        let listed = try fixture.shell(commandLines.joined(separator: "\n"))
        #expect(listed.status == 0 && listed.errors == "")
        #expect(lines(listed).count == 1)
        #expect(listed.output.hasPrefix(#"{"callback_id":"c-5","#))
    }

    @Test func csvHasAHeaderAndDefusedCells() throws {
        let fixture = try CommandFixture()
        let record =
            #"{"callback_id":"=1","company":"HXXXXXXX071IN","finished_at":"2026-11-25T03:10:00Z","status":200}"#
        _ = try fixture.run("import", "-", input: record)
        let run = try export(fixture, "callbacks --format csv")
        let expected =
            "\u{FEFF}callback_id,company,finished_at,attempt,outcome,status,error,profile_id,"
            + "channel,event,method,url,duration_ms,profile_title,is_latest\r\n"
            + "'=1,HXXXXXXX071IN,2026-11-25T03:10:00Z,1,delivered,200,,,,,,,,,true\r\n"
        #expect(run == prints(expected))
    }

    @Test func warnsOfAnUnknownProfileOrChannel() throws {
        let fixture = try CommandFixture.filled()
        let profile = try export(fixture, "attempts --profile IN_x")
        #expect(profile.status == 0 && profile.output == "")
        #expect(
            profile.errors
                == "--profile: the log has no attempt with the profile 'IN_x'; check the spelling\n"
        )
        let channel = try export(fixture, "callbacks --channel fax")
        #expect(
            channel.errors.hasPrefix("--channel: the log has no attempt with the channel 'fax'"))
    }

    @Test func periodMustNotBeEmpty() throws {
        let fixture = try CommandFixture.filled()
        let run = try export(fixture, "attempts --from 2026-11-25 --to 2026-11-25")
        #expect(run.status == 64)
        #expect(
            run.errors.hasPrefix("callback-reports export attempts: --from must be before --to\n"))
    }
}
