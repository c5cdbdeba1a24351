import Glibc
import TestSupport
import Testing

/// Commands that only read, as a user who may not write to the database or its folder.
@Suite(.enabled(if: geteuid() == 0, "only root can run programs as another user"))
struct OtherUserTests {
    private static let commands = [
        "health", "verify", "history", "check", "schedule",
        "report --company HXXXXXXX071IN --frequency daily",
        "failures --company HXXXXXXX071IN --frequency daily",
    ]

    /// Runs a command as another user, after a command of the owner.
    private func run(_ command: String, mode: String, after own: String) throws -> ProgramRun {
        let fixture = try CommandFixture.filled()
        return try fixture.shell(
            """
            callback-reports run >own 2>&1
            chmod 755 . && chmod \(mode) callbacks.db
            callback-reports \(own) >own 2>&1
            exec setpriv --reuid=65534 --regid=65534 --clear-groups callback-reports \(command)
            """)
    }

    @Test(arguments: commands)
    func readADatabaseThatOthersMayRead(command: String) throws {
        let run = try run(command, mode: "644", after: "history")
        #expect(run.status == 0 && run.errors == "", "\(run)")
    }

    @Test(arguments: ["rejected.ndjson", "rejected-1f.csv", "unread.txt"])
    func healthIsUnknownIfAFileBesideTheDatabaseCannotBeRead(name: String) throws {
        let run = try run(
            "health", mode: "644",
            after: "history; touch callbacks.db-\(name); chmod 600 callbacks.db-\(name)")
        #expect(run.status == 66)
        #expect(run.output.hasPrefix("unhealthy: "))
        #expect(run.output.contains("this user cannot read DIR/callbacks.db-\(name); "), "\(run)")
    }

    @Test(arguments: ["rejected.ndjson", "unread.txt"])
    func runSendsReportsAlthoughAFileBesideTheDatabaseBelongsToRoot(name: String) throws {
        let fixture = try CommandFixture.filled()
        let record =
            #"{"callback_id":"n","company":"HA","finished_at":"2026-11-25T10:00Z","status":200}"#
        try fixture.directory.write(record + "\n", to: "app.ndjson")
        try fixture.directory.write(
            record.replacing(#""n""#, with: #""m""#) + "\nbad\n", to: "new.ndjson")
        let run = try fixture.shell(
            """
            sed -i '0,/{/s//{"sources": [{"path": "app.ndjson"}],/' callback-reports.json
            chmod 755 . && chown -R 65534 .
            as() { setpriv --reuid=65534 --regid=65534 --clear-groups callback-reports "$@"; }
            as run --now 2026-11-24T17:00 >first 2>&1
            mv new.ndjson app.ndjson
            touch callbacks.db-\(name) && chmod 600 callbacks.db-\(name)
            as run --now 2026-11-25T17:00
            """)
        #expect(run.status == 74, "\(run)")
        #expect(!fixture.mails.isEmpty, "\(run)")
        #expect(
            run.errors.contains(
                "callbacks.db-\(name): cannot save ") && run.errors.contains("belongs to root"),
            "\(run)")
    }

    @Test func nameTheCauseIfTheWALIsMissing() throws {
        let run = try run("history", mode: "644", after: "--version")
        #expect(run.status == 74)
        #expect(
            run.errors.contains(
                "; SQLite also needs DIR/callbacks.db-wal and DIR/callbacks.db-shm, which this user "
                    + "cannot create. The programs keep these files if other users may read the "
                    + "database: run any command as its owner once. To write to it: the file belongs "
                    + "to root, and this program runs as "), "\(run)")
    }

    @Test func aPrivateDatabaseLeavesNoWAL() throws {
        let fixture = try CommandFixture.filled()
        #expect(
            try fixture.directory.names()
                == ["callback-reports.json", "callbacks.db", "callbacks.db-created", "log.ndjson"])
    }
}
