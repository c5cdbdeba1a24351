import TestSupport
import Testing

/// Commands that only read create neither database nor key, which would belong to their user.
@Suite struct ReadOnlyTests {
    private static let commands = [
        "profile list --company HXXXXXXX071IN", "profile show --company HXXXXXXX071IN IN_a",
        "key list", "deliveries --company HXXXXXXX071IN", "whatsapp list --company HXXXXXXX071IN",
        "verify",
    ]

    private func run(_ command: String, _ bench: GatewayBench) throws -> ProgramRun {
        try ProgramRun.of(
            "callback-gateway", command.split(separator: " ").map(String.init),
            in: bench.directory)
    }

    @Test(arguments: commands)
    func reportThatThereIsNoDatabase(command: String) throws {
        let bench = try GatewayBench()
        let run = try run(command, bench)
        #expect(run.status == 66)
        #expect(run.errors.contains("no database at \(bench.directory.path)/callbacks.db"))
        #expect(try bench.directory.names() == ["callback-reports.json"])
    }

    @Test(arguments: commands + ["check"])
    func createNoKeyForADatabaseOfCallbackReports(command: String) throws {
        let bench = try GatewayBench()
        let made = try ProgramRun.of(
            "callback-reports", ["import", "-"], input: "", in: bench.directory)
        #expect(made.status == 0)
        let run = try run(command, bench)
        #expect(!run.output.isEmpty && run.errors.isEmpty, "\(run)")
        #expect(try !bench.directory.names().contains { $0.contains("key") })
        // Another user can create the key later and use the database.
        #expect(try bench.company("key create").status == 0)
        #expect(try bench.company("profile list").output == "no profiles\n")
    }
}
