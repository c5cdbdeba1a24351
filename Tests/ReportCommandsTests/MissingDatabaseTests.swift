import TestSupport
import Testing

/// Commands that look at a database which is not there.
@Suite struct MissingDatabaseTests {
    @Test(arguments: [
        "health", "history", "history --format json", "verify", "show 1", "resend 1",
        "report --company HXXXXXXX071IN --frequency daily", "prune --older-than 9d",
        "failures --company HXXXXXXX071IN --frequency daily",
    ])
    func sayWhereTheyLookedAndMakeNone(command: String) throws {
        let bench = try CommandFixture()
        let error = """
            callback-reports: there is no database at DIR/callbacks.db yet; the first run or import \
            makes it, or else correct 'database' in callback-reports.json

            """
        #expect(try bench.shell("callback-reports \(command)") == fails(66, error))
        #expect(try bench.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test(arguments: ["check", "schedule", "run --dry-run"])
    func doWithoutItWhereTheyCan(command: String) throws {
        let bench = try CommandFixture()
        let run = try bench.shell("callback-reports \(command)")
        #expect(run.status == 0 && run.errors == "" && run.output != "", "\(run)")
        #expect(try bench.directory.names() == ["callback-reports.json", "log.ndjson"])
    }
}
