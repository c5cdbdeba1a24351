import TestSupport
import Testing

/// Colors on a terminal: what failed is red, what is retried yellow, a healthy state green.
@Suite struct ColorTests {
    private static let (red, yellow, green, end) = (
        "\u{1B}[31m", "\u{1B}[33m", "\u{1B}[32m", "\u{1B}[0m"
    )

    private func terminal(
        _ fixture: CommandFixture, _ arguments: String..., environment: [String: String] = [:]
    ) throws -> String {
        try TerminalRun.of(
            "callback-reports", arguments, environment: environment, in: fixture.directory)
    }

    /// Returns a folder whose daily report of 25 November was answered with this reply by the mail
    /// server.
    private func refused(_ reply: String) throws -> CommandFixture {
        let server = try ScriptedSMTPServer([.rcpt: [.reply(reply)]])
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
        _ = try fixture.run("run", "--now", "2026-11-24T17:00")
        _ = try fixture.run("run", "--now", "2026-11-25T17:00")
        return fixture
    }

    @Test func marksErrorsOfAnyCommand() throws {
        let fixture = try CommandFixture()
        #expect(
            try terminal(fixture, "rnu").hasPrefix(
                "\(Self.red)callback-reports: unknown command 'rnu'; did you mean 'run'?\(Self.end)\n"
            ))
        #expect(
            try terminal(fixture, "health").hasPrefix("\(Self.red)callback-reports: no database"))
        let mistaken = try CommandFixture("{\n\"database\": 5, \"mail\": 6}")
        let lines = try terminal(mistaken, "run").split(separator: "\n")
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0.hasPrefix(Self.red) && $0.hasSuffix(Self.end) }, "\(lines)")
    }

    @Test func marksTheLineOfHealth() throws {
        let fixture = try CommandFixture()
        _ = try fixture.run("run")
        #expect(try terminal(fixture, "health").hasPrefix("\(Self.green)healthy: "))
        let other = try CommandFixture.filled()
        #expect(try terminal(other, "health").hasPrefix("\(Self.red)unhealthy: "))
    }

    @Test func marksRejectedRecords() throws {
        let fixture = try CommandFixture.filled()
        try fixture.directory.write("{}\n", to: "bad.ndjson")
        let lines = try terminal(fixture, "import", "bad.ndjson").split(separator: "\n")
        #expect(lines.first?.hasPrefix("\(Self.red)") == true, "\(lines)")
        #expect(lines.last?.contains("\u{1B}[31m") == false, "\(lines)")
    }

    @Test(arguments: [
        ("550 5.1.1 unknown", red, ["  partial", "  rejected"]),
        ("451 4.7.1 later", yellow, ["  waiting", "  deferred"]),
    ])
    func marksFailedAndWaitingReports(
        reply: String, color: String, words: [String]
    ) throws {
        let lines = try terminal(refused(reply), "history").split(separator: "\n")
        let marked = lines.filter { line in words.contains { line.contains($0) } }
        #expect(marked.count == 2)
        #expect(marked.allSatisfy { $0.hasPrefix(color) && $0.hasSuffix(Self.end) }, "\(lines)")
        #expect(lines.filter { $0.contains("\u{1B}") } == marked)
    }

    @Test func leavesSentReportsPlain() throws {
        #expect(try !terminal(CommandFixture.reported(), "history").contains("\u{1B}"))
    }

    @Test func marksTheVerdictOfVerify() throws {
        let fixture = try CommandFixture.filled()
        #expect(try terminal(fixture, "verify").hasPrefix(Self.green))
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"], ["CLICOLOR": "0"]])
    func usesNoneIfItIsTurnedOff(environment: [String: String]) throws {
        let fixture = try CommandFixture.filled()
        #expect(try !terminal(fixture, "health", environment: environment).contains("\u{1B}"))
    }

    @Test func usesSomeInAPipeOnlyIfForced() throws {
        let fixture = try CommandFixture.filled()
        #expect(
            try !fixture.run("health", environment: ["TERM": "xterm"]).output.contains("\u{1B}"))
        #expect(
            try fixture.run("health", environment: ["CLICOLOR_FORCE": "1"]).output
                .hasPrefix(Self.red))
    }

    @Test(arguments: ["history", "schedule"]) func neverUsesSomeInJSON(command: String) throws {
        let fixture = try refused("550 5.1.1 unknown")
        let text = try terminal(
            fixture, command, "--format", "json", environment: ["CLICOLOR_FORCE": "1"])
        #expect(text.hasPrefix("["))
        #expect(!text.contains("\u{1B}"))
    }
}
