import TestSupport
import Testing

/// `prune`: deletes old attempts and keeps their counts.
@Suite struct PruneTests {
    private func prune(_ fixture: CommandFixture, _ options: String) throws -> ProgramRun {
        let run = try fixture.shell("callback-reports prune \(options)")
        let output = run.output.replacing(#/before 20[-0-9]+T00:00:00Z/#, with: "before DAY")
        return ProgramRun(output: output, errors: run.errors, status: run.status)
    }

    @Test func prunesOldAttemptsAndKeepsTheirCounts() throws {
        let fixture = try CommandFixture()
        let old = CommandFixture.log.replacing("2026-11-", with: "2021-11-")
        #expect(try fixture.run("import", "-", input: old).status == 0)
        let span = [
            "report", "--company", CommandFixture.sid, "--from", "2021-11-20", "--to", "2021-11-30",
            "--format", "csv",
        ].joined(separator: " ")
        let before = try fixture.shell("callback-reports \(span) | cut -d, -f 1-6")
        #expect(before.output.contains("IN_a,,3,1,0,0.75"))
        // One callback has a retry ahead. The next attempt would count it twice.
        let kept = "kept 1 older callback: unfinished, or still in the gateway's queue\n"
        #expect(
            try prune(fixture, "--older-than 90d")
                == prints("pruned 7 attempts of callbacks that ended before DAY\n" + kept))
        #expect(try fixture.shell("callback-reports \(span) | cut -d, -f 1-6") == before)
        #expect(try fixture.run("verify").status == 0)
        let again = try fixture.run("import", "-", input: old)
        #expect(again.status == 65)
        #expect(again.output == "8 records: 0 added, 0 duplicates, 0 replaced, 8 rejected\n")
        #expect(
            try prune(fixture, "--older-than 90d")
                == prints("pruned 0 attempts of callbacks that ended before DAY\n" + kept))
    }

    @Test func usesTheConfiguredRetention() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"retention\": \"30d\", \"mail\""))
        _ = try fixture.run("import", "-", input: "")
        let words = "pruned 0 attempts of callbacks that ended before DAY\n"
        #expect(try prune(fixture, "") == prints(words))
    }

    @Test(arguments: [
        ("", "provide --older-than DAYS, or set 'retention' in callback-reports.json"),
        ("--older-than 9", "--older-than: '9' is not a number of days, such as 90d"),
        ("--older-than 0d", "--older-than: '0d' is not a number of days, such as 90d"),
    ])
    func requiresANumberOfDays(options: String, words: String) throws {
        let errors = "callback-reports prune: \(words)\nSee 'callback-reports prune --help'.\n"
        #expect(try prune(CommandFixture(), options) == fails(64, errors))
    }
}
