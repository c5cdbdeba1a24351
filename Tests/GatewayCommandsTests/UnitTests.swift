import FoundationEssentials
import TestSupport
import Testing

/// Validates the units in `cron` with systemd's own tools.
@Suite struct UnitTests {
    private static let services = ["callback-gateway.service", "callback-gateway-dispatch.service"]
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private static func text(of name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "cron/\(name)"), encoding: .utf8)
    }

    /// A unit from `cron` with the path of the built program.
    private func unit(_ name: String) throws -> String {
        let program = ProgramRun.path(of: "callback-gateway")
        return try directory.write(
            Self.text(of: name).replacing("/usr/local/bin/callback-gateway", with: program),
            to: name)
    }

    private func analyze(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun.of(
            program: "/usr/bin/env", ["systemd-analyze", "--no-pager"] + arguments, in: directory)
    }

    @Test(arguments: services) func systemdAcceptsTheUnit(service: String) throws {
        #expect(
            try analyze("verify", unit(service)) == ProgramRun(output: "", errors: "", status: 0))
    }

    @Test(arguments: services) func systemdRatesTheSandboxAsGood(service: String) throws {
        // 20 is an exposure of 2.0; a service without a sandbox has 9.6.
        let run = try analyze("security", "--offline=yes", "--threshold=20", unit(service))
        #expect(run.status == 0, "\(run.output)")
    }

    @Test func theSandboxesAreTheSame() throws {
        let sandboxes = try Self.services.map { name in
            let text = try Self.text(of: name)
            let start = try #require(text.firstRange(of: "\nUser="))
            return text[start.lowerBound...].split(separator: "\n\n[Install]")[0]
                .trimmingPrefix("\n").split(separator: "\n")
        }
        #expect(sandboxes[0].count > 25 && sandboxes[0] == sandboxes[1])
    }

    @Test func theTimerStartsTheDispatchEveryMinute() throws {
        _ = try unit("callback-gateway-dispatch.service")
        let timer = try unit("callback-gateway-dispatch.timer")
        #expect(try analyze("verify", timer) == ProgramRun(output: "", errors: "", status: 0))
        let text = try Self.text(of: "callback-gateway-dispatch.timer")
        let calendar = try #require(text.firstMatch(of: /OnCalendar=(.*)/)).1
        let times = try analyze(
            "calendar", "--base-time=2026-01-01 00:00:00 UTC", "--iterations=3", String(calendar))
        let minutes = times.output.matches(of: /2026-01-01 00:(\d\d):00 UTC/).map(\.1)
        #expect(Set(minutes) == ["01", "02", "03"])
    }

    @Test func theDispatchCommandExists() throws {
        let text = try Self.text(of: "callback-gateway-dispatch.service")
        let start = try #require(text.firstMatch(of: /ExecStart=[^ ]*\/callback-gateway (.*)/)).1
        let receiver = try ScriptedHTTPReceiver { request in
            request.callbackID == "c-1" ? .answer(503) : .answer(410)
        }
        let fixture = try SendingFixture()
        let arguments = start.split(separator: " ").map {
            $0 == "/etc/callback-reports/config.json"
                ? fixture.directory.path(of: "callback-reports.json") : String($0)
        }
        let successes = try #require(text.firstMatch(of: /SuccessExitStatus=(.*)/)).1
        let profile = try fixture.profile(receiver.origin)
        for id in ["c-1", "c-2"] {
            try fixture.send(profile, id: id)
            let run = try ProgramRun.of("callback-gateway", arguments, in: fixture.directory)
            #expect(successes.split(separator: " ").contains("\(run.status)"), "\(run.errors)")
        }
    }
}
