import FoundationEssentials
import TestSupport

/// A company with a daily report that goes to a scripted mail server.
struct SMTPFixture {
    let server: ScriptedSMTPServer
    private let fixture: CommandFixture

    /// A report in the output of `history --format json`.
    struct Report: Decodable {
        struct Delivery: Decodable {
            let state: String
            let attempts: Int
            let nextAttempt: String?

            var summary: String { "\(state) \(attempts) \(nextAttempt ?? "-")" }
        }

        let state: String
        let deliveries: [Delivery]
    }

    private struct NoReport: Error {}

    init(
        _ script: [SMTPStep: [SMTPAction]] = [:],
        addresses: [String] = ["a@example.com", "b@example.com"]
    ) throws {
        server = try ScriptedSMTPServer(script)
        fixture = try CommandFixture(
            """
            {"database": "callbacks.db",
             "mail": {"url": "smtp://127.0.0.1:\(server.port)", "tls": "none",
                      "from": "Callback Reports <reports@example.com>"},
             "companies": [{"sid": "HA", "name": "Example", "timeZone": "Asia/Kolkata",
               "callbackReport": {
                 "daily": {"emailAddresses": "\(addresses.joined(separator: ", "))"}}}]}
            """)
        _ = try run("2026-11-24T12:00")
    }

    /// Runs as of a time.
    func run(_ now: String, environment: [String: String] = [:]) throws -> ProgramRun {
        try fixture.run("run", "--now", now, environment: environment)
    }

    /// Starts a command without waiting for its end.
    func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram("callback-reports", arguments, in: fixture.directory)
    }

    /// The lines of both streams, output first, without their prefixes.
    func lines(of run: ProgramRun) -> [String] {
        (run.output + run.errors).split(separator: "\n").map(String.init).map { line in
            line.replacing("callback-reports: ", with: "")
                .replacing("HA daily 2026-11-24T17:00:00+05:30: ", with: "")
                .replacing(#/\(errno: \d+\)/#, with: "(errno N)")
        }
    }

    /// Returns the newest report.
    func report() throws -> Report {
        let output = try fixture.run("history", "--format", "json").output
        let reports = try JSONDecoder().decode([Report].self, from: Data(output.utf8))
        guard let report = reports.first else { throw NoReport() }
        return report
    }
}
