import TestSupport
import Testing

/// Commands that read a database that does not exist.
@Suite struct MissingDatabaseTests {
    @Test(arguments: [
        "health", "history", "history --format json", "verify", "show 1", "resend 1",
        "report --company HXXXXXXX071IN --frequency daily", "prune --older-than 9d",
        "failures --company HXXXXXXX071IN --frequency daily",
    ])
    func reportTheExpectedPathAndCreateNothing(command: String) throws {
        let fixture = try CommandFixture()
        let error = """
            callback-reports: no database at DIR/callbacks.db; the first command that writes creates it. \
            Check 'database' in callback-reports.json

            """
        #expect(try fixture.shell("callback-reports \(command)") == fails(66, error))
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test(arguments: ["check", "schedule", "run --dry-run"])
    func workWithoutADatabaseIfPossible(command: String) throws {
        let fixture = try CommandFixture()
        let run = try fixture.shell("callback-reports \(command)")
        #expect(run.status == 0 && run.errors == "" && run.output != "", "\(run)")
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }
}
