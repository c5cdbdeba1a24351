import FoundationEssentials
import TestSupport
import Testing

/// The service in `cron`, read by systemd's own programs.
@Suite struct UnitTests {
    private let directory: TemporaryDirectory
    private let unit: String

    init() throws {
        directory = try TemporaryDirectory()
        let program = ProgramRun.path(of: "callback-gateway")
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "cron/callback-gateway.service"), encoding: .utf8)
        unit = try directory.write(
            text.replacing("/usr/local/bin/callback-gateway", with: program),
            to: "callback-gateway.service")
    }

    private func analyze(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun.of(
            program: "/usr/bin/env", ["systemd-analyze", "--no-pager"] + arguments, in: directory)
    }

    @Test func systemdTakesItWithoutAWord() throws {
        #expect(try analyze("verify", unit) == ProgramRun(output: "", errors: "", status: 0))
    }

    @Test func systemdRatesItsSandboxAsGood() throws {
        // 20 is an exposure of 2.0; a service without a sandbox has 9.6.
        let run = try analyze("security", "--offline=yes", "--threshold=20", unit)
        #expect(run.status == 0, "\(run.output)")
    }
}
