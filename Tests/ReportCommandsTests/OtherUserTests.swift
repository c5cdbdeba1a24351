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

    /// Runs a script in a folder whose files belong to another user than root, after that user's first
    /// run. The script can call `as` to run a command as that user.
    private func run(
        sources: String = "", first: String = "run", script: String
    ) throws -> (run: ProgramRun, fixture: CommandFixture) {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            sed -i '0,/{/s//{\(sources)/' callback-reports.json
            chmod 755 . && mkdir logs && mv log.ndjson logs/app.ndjson && chown -R 65534 .
            as() { setpriv --reuid=65534 --regid=65534 --clear-groups callback-reports "$@"; }
            as \(first) >first 2>&1
            \(script)
            """)
        return (run, fixture)
    }

    private static let source = #""sources": [{"path": "logs\/app.ndjson"}],"#
    private static let pattern = #""sources": [{"path": "logs\/*.ndjson"}],"#

    @Test func unreadableSourceIsNotMissing() throws {
        let (run, fixture) = try run(
            sources: Self.source,
            script: """
                echo bad >>logs/app.ndjson; chown root logs/app.ndjson; chmod 600 logs/app.ndjson
                as run
                """)
        #expect(run.status == 66)
        #expect(
            run.errors.split(separator: "\n").map {
                $0.contains("Permission denied; the file belongs")
            }
                == [true], "\(run)")
        #expect(try !fixture.directory.names().contains("callbacks.db-unread.txt"))
    }

    @Test(arguments: [source, pattern])
    func directoryWithoutAccessIsTheCause(sources: String) throws {
        let (run, fixture) = try run(
            sources: sources, script: "chown root logs; chmod 700 logs; as run")
        #expect(run.status == 66)
        let words = "DIR/logs: Permission denied; the directory DIR/logs belongs to root"
        #expect(run.errors.contains(words), "\(run)")
        #expect(!run.errors.contains("remove the source") && !run.errors.contains("missing"))
        #expect(try !fixture.directory.names().contains("callbacks.db-unread.txt"))
    }

    @Test(arguments: ["0", "4"])
    func directoryThatCannotBeSearchedIsNotMissingEither(mode: String) throws {
        let (run, _) = try run(
            sources: Self.source, script: "chown root logs; chmod 70\(mode) logs; as run; as health"
        )
        #expect(run.status == 66 && run.output.contains("the last run could not read 1 source"))
    }

    /// What `check` and `health` say if runs of the same user cannot write.
    @Test(
        arguments: [
            (
                "chown root callbacks.db; chmod 644 callbacks.db",
                "runs cannot write: DIR/callbacks.db: Permission denied; the file belongs to root"
            ),
            ("chown root .; rm -f callbacks.db-*", "the directory DIR belongs to root"),
        ])
    func checkAndHealthFindADatabaseThatRunsCannotWrite(change: String, words: String) throws {
        for command in ["check", "health"] {
            let (run, _) = try run(script: "\(change); as \(command)")
            #expect(run.status == 74, "\(command): \(run)")
            #expect((run.output + run.errors).contains(words), "\(command): \(run)")
        }
    }

    @Test(arguments: ["callbacks.db-rejected.ndjson", "callbacks.db-unread.txt"])
    func checkFindsASavedFileThatRunsCannotWrite(name: String) throws {
        let (run, _) = try run(script: "touch \(name); chmod 644 \(name); as check")
        #expect(run.status == 74)
        #expect(
            run.errors.contains(
                "database: runs cannot write: DIR/\(name): Permission denied; the file belongs"))
    }

    @Test(arguments: ["mkdir mail", "mkdir -p mail/new mail/tmp; chown 65534 mail"])
    func checkFindsAMaildirThatRunsCannotWriteAndARunDefers(script: String) throws {
        let first = "run --now 2026-11-24T17:00"
        let (check, _) = try run(first: first, script: "rm -rf mail; \(script); as check")
        #expect(check.status == 78, "\(check)")
        #expect(check.errors.contains("mail.url: DIR/mail"), "\(check)")
        #expect(check.errors.contains("Permission denied; the directory DIR/mail"), "\(check)")
        let (run, _) = try run(
            first: first, script: "rm -rf mail; \(script); as run --now 2026-11-25T17:00")
        #expect(run.status == 75, "\(run)")
        #expect(run.errors.contains("emails are waiting"), "\(run)")
    }

    @Test func checkCreatesNothing() throws {
        let (run, _) = try run(
            script: "before=$(ls -a); as check >/dev/null; [ \"$before\" = \"$(ls -a)\" ]")
        #expect(run.status == 0, "\(run)")
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
