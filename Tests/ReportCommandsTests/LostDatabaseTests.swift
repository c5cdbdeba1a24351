import Glibc
import TestSupport
import Testing

/// A database that was deleted or emptied must not be replaced silently by a new one.
@Suite struct LostDatabaseTests {
    private let fixture: CommandFixture
    private var directory: TemporaryDirectory { fixture.directory }

    init() throws {
        fixture = try CommandFixture()
    }

    /// Runs the program without changes to its output, except for the folder.
    private func run(_ command: String) throws -> ProgramRun {
        let run = try ProgramRun.of(
            "callback-reports", command.split(separator: " ").map(String.init), in: directory)
        return ProgramRun(
            output: run.output, errors: run.errors.replacing(directory.path, with: "DIR"),
            status: run.status)
    }

    private static let created = "created DIR/callbacks.db: a new database without history\n"

    private static let writing = [
        "run", "import log.ndjson",
        "record --company HXXXXXXX071IN --callback-id c-9 --status 200",
    ]

    private static let reading = [
        "health", "history", "verify", "report --company HXXXXXXX071IN --frequency daily",
    ]

    private static let looking = ["check", "schedule", "run --dry-run"]

    @Test(arguments: writing)
    func theFirstCommandSaysThatItCreatesTheDatabase(command: String) throws {
        let first = try run(command)
        #expect(first.errors == Self.created && first.status == 0)
        #expect(try run(command).errors == "")
    }

    @Test(arguments: writing + reading + looking)
    func aDeletedDatabaseIsReportedAndNotReplaced(command: String) throws {
        _ = try run("import log.ndjson")
        #expect(unlink(directory.path(of: "callbacks.db")) == 0)
        let run = try run(command)
        #expect(
            run.errors == """
                callback-reports: DIR/callbacks.db: the database was created earlier but is missing \
                now; restore it from a backup; to begin a new one without the history, delete \
                DIR/callbacks.db-created

                """)
        #expect(run.status == (Self.reading.contains(command) ? 66 : 74))
        #expect(access(directory.path(of: "callbacks.db"), F_OK) != 0)
    }

    @Test(arguments: writing + reading + looking)
    func anEmptiedDatabaseIsReportedAndNotFilled(command: String) throws {
        _ = try run("import log.ndjson")
        #expect(truncate(directory.path(of: "callbacks.db"), 0) == 0)
        let run = try run(command)
        #expect(
            run.errors.contains(
                "DIR/callbacks.db: the database is empty (0 bytes) but had content earlier; restore"
            ))
        #expect(run.status == (Self.reading.contains(command) ? 66 : 74))
        #expect(try directory.text(of: "callbacks.db") == "")
    }

    @Test func withoutItsMarkerANewDatabaseBegins() throws {
        _ = try run("import log.ndjson")
        for name in ["callbacks.db", "callbacks.db-created"] {
            #expect(unlink(directory.path(of: name)) == 0)
        }
        #expect(try run("import log.ndjson").errors == Self.created)
    }

    @Test func anEmptyFileCanBecomeTheDatabase() throws {
        try directory.write("", to: "callbacks.db")
        let history = try run("history")
        #expect(history.status == 66)
        #expect(
            history.errors.hasPrefix(
                "callback-reports: the database DIR/callbacks.db is empty (0 bytes); the first command "
                    + "that writes initializes it."))
        #expect(try run("check").status == 0)
        #expect(try directory.text(of: "callbacks.db") == "")
        #expect(try run("import log.ndjson").errors == Self.created)
        #expect(try run("verify").status == 0)
    }

    /// Version 1.0 left no marker.
    @Test func aRunMarksAnOlderDatabase() throws {
        _ = try run("import log.ndjson")
        let marker = directory.path(of: "callbacks.db-created")
        #expect(unlink(marker) == 0)
        #expect(try run("history").status == 0)
        #expect(access(marker, F_OK) != 0)
        #expect(try run("run").status == 0)
        #expect(access(marker, F_OK) == 0)
    }
}
