import TestSupport
import Testing

/// Commands that look at a database which is not there.
@Suite struct MissingDatabaseTests {
    @Test(arguments: ["health", "history", "history --format json", "verify"])
    func sayWhereTheyLookedAndMakeNone(command: String) throws {
        let bench = try Workbench()
        let error = """
            callback-reports: there is no database at DIR/callbacks.db yet; the first run or import \
            makes it, or else mend 'database' in callback-reports.json

            """
        #expect(try bench.shell("callback-reports \(command)") == fails(66, error))
        #expect(try bench.directory.names() == ["callback-reports.json", "log.ndjson"])
    }
}
