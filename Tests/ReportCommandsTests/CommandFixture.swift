import TestSupport

/// A folder with a configuration and a log, in which tests run complete commands like a user.
struct CommandFixture {
    let directory: TemporaryDirectory

    /// Writes `callback-reports.json` and `log.ndjson`.
    init(_ configuration: String = CommandFixture.configuration) throws {
        directory = try TemporaryDirectory()
        try directory.write(configuration, to: "callback-reports.json")
        try directory.write(Self.log, to: "log.ndjson")
    }

    /// Runs the program in the folder and replaces the parts of its output that vary.
    func run(
        _ arguments: String..., environment: [String: String] = [:], input: String = ""
    ) throws -> ProgramRun {
        try plain(
            ProgramRun.of(
                "callback-reports", arguments, environment: environment, input: input,
                in: directory))
    }

    /// Runs a shell script in the folder. `callback-reports` is the built program.
    func shell(_ script: String, limit: Double = 60) throws -> ProgramRun {
        let whole = "PATH=\"$(dirname \"$PROGRAM\"):$PATH\"\n" + script
        return try plain(
            ProgramRun.of(
                program: "/bin/sh", ["-c", whole], environment: ["PROGRAM": Self.program],
                in: directory, limit: limit))
    }

    /// A folder with the log imported.
    static func filled() throws -> CommandFixture {
        let fixture = try CommandFixture()
        _ = try fixture.run("import", "log.ndjson")
        return fixture
    }

    /// A folder in which the three reports of Wednesday the 25th were sent.
    static func reported() throws -> CommandFixture {
        let fixture = try CommandFixture.filled()
        _ = try fixture.run("run", "--now", "2026-11-24T17:00")
        _ = try fixture.run("run", "--now", "2026-11-25T17:00")
        return fixture
    }

    /// The names of the emails in the Maildir, or none if it does not exist yet.
    var mails: [String] {
        (try? directory.names(in: "mail/new")) ?? []
    }

    private static let program: String = ProgramRun.path(of: "callback-reports")

    /// Replaces the folder by DIR, an email's file by MAIL, a Message-ID's hash by HASH, and the tz
    /// release by TZ.
    ///
    /// Leaves out the line that says that the database was created, because most tests begin with a
    /// new one. `LostDatabaseTests` tests that line.
    private func plain(_ run: ProgramRun) -> ProgramRun {
        let notice = "created DIR/callbacks.db: a new database without history\n"
        return ProgramRun(
            output: plain(run.output), errors: plain(run.errors).replacing(notice, with: ""),
            status: run.status)
    }

    private func plain(_ text: String) -> String {
        text.replacing(directory.path, with: "DIR")
            .replacing(#/[0-9a-f]{40}\.callback-reports/#, with: "MAIL")
            .replacing(#/<[0-9a-f]{32}@/#, with: "<HASH@")
            .replacing(#/tz database 20[0-9]{2}[a-z]/#, with: "tz database TZ")
    }
}

/// A successful run that printed this.
func prints(_ output: String) -> ProgramRun {
    ProgramRun(output: output, errors: "", status: 0)
}

/// A run that printed only this, on standard error.
func fails(_ status: Int32, _ errors: String) -> ProgramRun {
    ProgramRun(output: "", errors: errors, status: status)
}
