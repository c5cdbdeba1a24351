import Glibc
import TestSupport
import Testing

/// Commands that only read create neither database nor key, which would belong to their user.
@Suite struct ReadOnlyTests {
    private static let commands = [
        "profile list --company HXXXXXXX071IN", "profile show --company HXXXXXXX071IN IN_a",
        "key list", "deliveries --company HXXXXXXX071IN", "whatsapp list --company HXXXXXXX071IN",
        "verify",
    ]

    private func run(_ command: String, _ fixture: GatewayFixture) throws -> ProgramRun {
        try ProgramRun.of(
            "callback-gateway", command.split(separator: " ").map(String.init),
            in: fixture.directory)
    }

    @Test(arguments: commands)
    func reportThatThereIsNoDatabase(command: String) throws {
        let fixture = try GatewayFixture()
        let run = try run(command, fixture)
        #expect(run.status == 66)
        #expect(run.errors.contains("no database at \(fixture.directory.path)/callbacks.db"))
        #expect(try fixture.directory.names() == ["callback-reports.json"])
    }

    @Test func theFirstCommandThatWritesSaysThatItCreatesTheDatabase() throws {
        let fixture = try GatewayFixture()
        let notice =
            "created \(fixture.directory.path)/callbacks.db: a new database without history\n"
        let create = "key create --company HXXXXXXX071IN"
        #expect(try run(create, fixture).errors.hasPrefix(notice))
        #expect(try !run(create, fixture).errors.contains("created \(fixture.directory.path)"))
    }

    @Test(arguments: commands + ["check", "dispatch --once", "serve"])
    func reportADatabaseThatWasDeleted(command: String) throws {
        let fixture = try GatewayFixture()
        _ = try fixture.company("key create")
        #expect(unlink(fixture.directory.path(of: "callbacks.db")) == 0)
        let run = try run(command, fixture)
        #expect([66, 74].contains(run.status))
        #expect(
            run.errors.contains("the database was created earlier but is missing now"), "\(run)")
        #expect(try !fixture.directory.names().contains("callbacks.db"))
    }

    @Test(arguments: commands + ["check"])
    func createNoKeyForADatabaseOfCallbackReports(command: String) throws {
        let fixture = try GatewayFixture()
        let made = try ProgramRun.of(
            "callback-reports", ["import", "-"], input: "", in: fixture.directory)
        #expect(made.status == 0)
        let run = try run(command, fixture)
        #expect(!run.output.isEmpty && run.errors.isEmpty, "\(run)")
        #expect(try !fixture.directory.names().contains { $0.contains("key") })
        // Another user can create the key later and use the database.
        #expect(try fixture.company("key create").status == 0)
        #expect(try fixture.company("profile list").output == "no profiles\n")
    }
}
