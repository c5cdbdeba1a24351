import JSON
import TestSupport
import Testing

/// The commands with a company whose reports go to a webhook and to Slack.
@Suite struct ChannelCommandTests {
    private static let key = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"

    private func fixture(_ receiver: ScriptedHTTPReceiver) throws -> CommandFixture {
        let fixture = try CommandFixture(
            """
            {"companies": [{"sid": "HA", "name": "Example", "timeZone": "Asia/Kolkata",
              "callbackReport": {"daily": {
                "webhook": {"url": "\(receiver.origin)/canary-hook", "secretFile": "key"},
                "slackFile": "slack"}}}]}
            """)
        try fixture.directory.write(Self.key, to: "key")
        try fixture.directory.write("\(receiver.origin)/canary-slack\n", to: "slack")
        return fixture
    }

    private func reported(
        _ receiver: ScriptedHTTPReceiver, environment: [String: String] = [:]
    ) throws -> (CommandFixture, ProgramRun) {
        let fixture = try fixture(receiver)
        _ = try fixture.run("run", "--now", "2026-11-24T12:00")
        let run = try fixture.run("run", "--now", "2026-11-24T17:00", environment: environment)
        return (fixture, run)
    }

    @Test func `run sends a report to each channel, and history lists them`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let (fixture, run) = try reported(receiver)
        let name = "HA daily 2026-11-24T17:00:00+05:30"
        #expect(
            run
                == prints(
                    """
                    \(name): prepared report no. 1 for 2 recipients
                    \(name): sent to webhook \(receiver.origin) (HTTP: 200)
                    \(name): sent to slack (HTTP: 200)

                    """))
        #expect(
            try fixture.run("history")
                == prints(
                    """
                    #1  HA  daily  2026-11-24T17:00:00+05:30  no. 1  sent
                        webhook \(receiver.origin)  accepted, 1 attempt: HTTP: 200
                        slack  accepted, 1 attempt: HTTP: 200

                    """))
        let json = try JSONValue(parsing: fixture.run("history", "--format", "json").output)
        let deliveries = json.array?.first?.object?["deliveries"]?.array ?? []
        #expect(deliveries.map { $0.object?["channel"]?.string } == ["webhook", "slack"])
        #expect(deliveries.map { $0.object?["address"]?.string } == [receiver.origin, "slack"])
        #expect(try fixture.run("show", "1").output.contains("Daily callback report for Example"))
        #expect(
            try fixture.run("show", "1", "--format", "eml").errors.contains(
                "1 was sent to no email address; use another --format"))
    }

    @Test func `a refused message has an exit status, and no output shows its URL`() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            .answer(404, body: "no such path: \(request.target)")
        }
        let (fixture, run) = try reported(receiver)
        #expect(run.status == 69)
        #expect(run.errors.contains("rejected for slack (HTTP: 404 no such path: [secret])"))
        let health = try fixture.run("health", "--now", "2026-11-24T17:01")
        #expect(health.output.contains("2 emails failed"))
        var output = run.output + run.errors + health.output
        for command in [["history"], ["check"], ["resend", "1"]] {
            let run = try ProgramRun.of("callback-reports", command, in: fixture.directory)
            output += run.output + run.errors
        }
        #expect(!output.contains("canary"))
    }

    @Test func `a proxy from the environment is used`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let proxy = try ScriptedHTTPReceiver()
        let (_, run) = try reported(receiver, environment: ["http_proxy": proxy.origin])
        #expect(run.status == 0)
        #expect(receiver.requests.isEmpty)
        #expect(
            proxy.requests.map(\.target).sorted() == [
                "\(receiver.origin)/canary-hook", "\(receiver.origin)/canary-slack",
            ])
    }

    @Test func `check reads the keys and the URLs in files`() throws {
        let fixture = try fixture(try ScriptedHTTPReceiver())
        #expect(try fixture.shell("chmod 600 key slack; callback-reports check").status == 0)
        let open = try fixture.shell("chmod 644 key; callback-reports check")
        #expect(
            open.errors.contains("secret file 'DIR/key': every user of this machine can read it"))
        try fixture.directory.write("canary", to: "slack")
        let wrong = try fixture.run("check")
        #expect(wrong.status == 78)
        #expect(
            wrong.errors.contains(
                "company HA daily: secret file 'DIR/slack' must contain the URL of an incoming webhook"
            ))
        let missing = try fixture.shell("rm key; callback-reports check")
        #expect(missing.status == 78)
        #expect(missing.errors.contains("secret file 'DIR/key' cannot be read: No such file"))
        #expect(!(wrong.errors + missing.errors).contains("canary"))
    }
}
