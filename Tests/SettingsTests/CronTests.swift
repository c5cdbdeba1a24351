import FoundationEssentials
import TestSupport
import Testing

/// Checks the files in `cron` with the programs that read them on a server.
@Suite struct CronTests {
    let directory: TemporaryDirectory
    /// A stand-in for the installed program, so that the units can be checked without it.
    let program: String

    init() throws {
        directory = try TemporaryDirectory()
        let script = "#!/bin/sh\necho ran \"$@\"\necho failed >&2\nexit 75\n"
        program = try directory.write(script, to: "bin/callback-reports")
        let logger = "#!/bin/sh\nexec cat > \"$HOME/$2.log\"\n"
        for path in [program, try directory.write(logger, to: "bin/logger")] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }

    private static func text(of name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "cron/\(name)"), encoding: .utf8)
    }

    /// A unit from `cron` with the path of the program replaced.
    private func unit(_ name: String) throws -> String {
        let text = try Self.text(of: name)
        return try directory.write(
            text.replacing("/usr/local/bin/callback-reports", with: program), to: name)
    }

    private func analyze(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun.of(
            program: "/usr/bin/env", ["systemd-analyze", "--no-pager"] + arguments, in: directory)
    }

    @Test func `systemd verifies the service and the timer without warnings`() throws {
        let units = [try unit("callback-reports.service"), try unit("callback-reports.timer")]
        #expect(try analyze(["verify"] + units) == ProgramRun(output: "", errors: "", status: 0))
    }

    @Test func `systemd rates the sandbox of the service as good`() throws {
        let service = try unit("callback-reports.service")
        // 20 is an exposure level of 2.0. A service without a sandbox has 9.6.
        let run = try analyze(["security", "--offline=yes", "--threshold=20", service])
        #expect(run.status == 0, "\(run.output)")
    }

    @Test func `timer and crontab start runs at the same minutes`() throws {
        let timer = try Self.text(of: "callback-reports.timer")
        let calendar = try #require(timer.firstMatch(of: /OnCalendar=(.*)/)).1
        let times = try analyze([
            "calendar", "--base-time=2026-01-01 00:00:00 UTC", "--iterations=12", String(calendar),
        ])
        let minutes = times.output.matches(of: /2026-01-01 \d\d:(\d\d):00/).compactMap { Int($0.1) }
        #expect(Set(minutes) == Set(stride(from: 0, to: 60, by: 5)))
        #expect(try crontab().times == ["*/5", "*", "*", "*", "*"])
    }

    @Test func `crontab and service run the same program with the same arguments`() throws {
        let service = try Self.text(of: "callback-reports.service")
        let start = try #require(service.firstMatch(of: /ExecStart=([^ ]*)\/(.*)/))
        let crontab = try crontab()
        #expect(crontab.command.hasPrefix(start.2 + " "))
        let searched = crontab.variables["PATH", default: ""].split(separator: ":")
        #expect(searched.contains(start.1))
    }

    @Test func `the crontab line runs and logs all output`() throws {
        let run = try ProgramRun.of(
            program: "/bin/sh", ["-c", crontab().command],
            environment: ["PATH": directory.path(of: "bin") + ":/usr/bin:/bin"], in: directory)
        #expect(run == ProgramRun(output: "", errors: "", status: 0))
        let log = try directory.text(of: "callback-reports.log")
        #expect(log == "ran run --config /etc/callback-reports/config.json\nfailed\n")
    }

    @Test func `the service counts status 75 as success`() throws {
        let service = try Self.text(of: "callback-reports.service")
        #expect(service.contains("\nSuccessExitStatus=75\n"))
    }

    /// Parses the crontab as crontab(5) describes: variables, and one line of five fields and a
    /// command.
    private func crontab() throws -> (
        variables: [String: String], times: [Substring], command: String
    ) {
        var (variables, jobs) = ([String: String](), [[Substring]]())
        for line in try Self.text(of: "crontab").split(separator: "\n") where !line.hasPrefix("#") {
            if let found = line.wholeMatch(of: /([A-Z]+)="?([^"]*)"?/) {
                variables[String(found.1)] = String(found.2)
            } else {
                jobs.append(line.split(separator: " ", maxSplits: 5))
            }
        }
        let job = try #require(jobs.first)
        try #require(jobs.count == 1 && job.count == 6)
        // An unquoted % would end the command.
        try #require(!job[5].contains("%"))
        return (variables, Array(job[..<5]), String(job[5]))
    }
}
