import TestSupport

/// A folder with a configuration and a log, in which whole commands run as a user runs them.
struct CommandFixture {
    let directory: TemporaryDirectory

    /// Writes `callback-reports.json` and `log.ndjson`.
    init(_ configuration: String = CommandFixture.configuration) throws {
        directory = try TemporaryDirectory()
        try directory.write(configuration, to: "callback-reports.json")
        try directory.write(Self.log, to: "log.ndjson")
    }

    /// Runs the program in the folder, and makes what it said the same in every folder.
    func run(
        _ arguments: String..., environment: [String: String] = [:], input: String = ""
    ) throws -> ProgramRun {
        try plain(
            ProgramRun.of(
                "callback-reports", arguments, environment: environment, input: input,
                in: directory))
    }

    /// Runs a line of shell in the folder, in which `callback-reports` is the built program.
    func shell(_ script: String, limit: Double = 60) throws -> ProgramRun {
        let whole = "PATH=\"$(dirname \"$PROGRAM\"):$PATH\"\n" + script
        return try plain(
            ProgramRun.of(
                program: "/bin/sh", ["-c", whole], environment: ["PROGRAM": Self.program],
                in: directory, limit: limit))
    }

    /// A folder whose log is imported already.
    static func filled() throws -> CommandFixture {
        let bench = try CommandFixture()
        _ = try bench.run("import", "log.ndjson")
        return bench
    }

    /// A folder in which the three reports of Wednesday the 25th were sent.
    static func reported() throws -> CommandFixture {
        let bench = try CommandFixture.filled()
        _ = try bench.run("run", "--now", "2026-11-24T17:00")
        _ = try bench.run("run", "--now", "2026-11-25T17:00")
        return bench
    }

    /// The names of the mails in the Maildir, none when there is no Maildir yet.
    var mails: [String] {
        (try? directory.names(in: "mail/new")) ?? []
    }

    private static let program: String = ProgramRun.path(of: "callback-reports")

    /// The folder is DIR, a mail's file MAIL, a Message-ID's hash HASH, the tz release TZ.
    private func plain(_ run: ProgramRun) -> ProgramRun {
        ProgramRun(output: plain(run.output), errors: plain(run.errors), status: run.status)
    }

    private func plain(_ text: String) -> String {
        text.replacing(directory.path, with: "DIR")
            .replacing(#/[0-9a-f]{40}\.callback-reports/#, with: "MAIL")
            .replacing(#/<[0-9a-f]{32}@/#, with: "<HASH@")
            .replacing(#/tz database 20[0-9]{2}[a-z]/#, with: "tz database TZ")
    }
}

/// A run that went well and printed this.
func prints(_ output: String) -> ProgramRun {
    ProgramRun(output: output, errors: "", status: 0)
}

/// A run that printed nothing but this on standard error.
func fails(_ status: Int32, _ errors: String) -> ProgramRun {
    ProgramRun(output: "", errors: errors, status: status)
}
