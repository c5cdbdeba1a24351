import TestSupport
import Testing

/// Help, version and incorrect usage of the program.
@Suite struct UsageTests {
    private static let commands = [
        "run", "report", "import", "record", "schedule", "history", "show", "resend", "failures",
        "export attempts", "export callbacks", "repair clock",
        "health", "check", "verify", "prune", "init", "demo",
    ]

    @Test(arguments: commands)
    func helpOfEachCommandHasAnExampleAndFitsEightyColumns(command: String) throws {
        let fixture = try CommandFixture()
        let help = try fixture.shell("callback-reports \(command) --help")
        #expect(help.status == 0)
        #expect(help.errors == "")
        #expect(help.output.hasPrefix("Usage: callback-reports \(command)"))
        #expect(
            help.output.contains("\nExamples:\n  callback-reports \(command)")
                || help.output.contains("| callback-reports \(command)"))
        #expect(help.output.split(separator: "\n").filter { $0.count > 80 } == [])
        #expect(try fixture.run("help", command) == help)
        #expect(try fixture.run(command, "-h") == help)
    }

    @Test func listsTheCommands() throws {
        let fixture = try CommandFixture()
        let help = try fixture.run("--help")
        #expect(help.status == 0)
        for command in Self.commands { #expect(help.output.contains("\n  \(command) ")) }
        #expect(try fixture.shell("callback-reports") == fails(64, help.output))
    }

    @Test func printsTheVersionsOfProgramAndTimeZones() throws {
        let version = prints("callback-reports 1.0.0 (tz database TZ)\n")
        #expect(try CommandFixture().run("--version") == version)
        #expect(try CommandFixture().run("health", "--version") == version)
    }

    @Test(arguments: [
        ("rnu", "", "unknown command 'rnu'; did you mean 'run'?"),
        ("help rnu", "", "unknown command 'rnu'; did you mean 'run'?"),
        ("--confg x health", "", "unknown option '--confg'; did you mean '--config'?"),
        ("run --dryrun", " run", "unknown option '--dryrun'; did you mean '--dry-run'?"),
        ("run now", " run", "unexpected operand 'now'; expected: none"),
        ("run --dry-run=yes", " run", "option --dry-run takes no value, but was given 'yes'"),
        ("health --config", " health", "option needs a value: --config FILE"),
        ("run --now a --now b", " run", "option given more than once: --now TIME"),
    ])
    func reportsWhatIsWrong(line: String, command: String, words: String) throws {
        let errors = """
            callback-reports\(command): \(words)
            See 'callback-reports\(command) --help'.

            """
        #expect(try CommandFixture().shell("callback-reports \(line)") == fails(64, errors))
    }

    @Test(arguments: ["callback-reports", "callback-gateway"])
    func everyCommandIsDescribedByWhatItDoes(program: String) throws {
        let fixture = try CommandFixture()
        let help = try ProgramRun.of(program, ["--help"], in: fixture.directory).output
        let list = help.split(separator: "Commands:\n").last?.split(separator: "\n\n").first ?? ""
        // "Prints …" and not "Print …". Longer descriptions continue further to the right.
        let verbs = list.matches(of: #/(?m)^  [a-z]+(?: [a-z]+)?  +([A-Z]\w+)/#).map(\.1)
        #expect(verbs.count > 15 && verbs.allSatisfy { $0.hasSuffix("s") }, "\(verbs)")
    }

    @Test func usesNoColorInAPipe() throws {
        let fixture = try CommandFixture.filled()
        for environment in [[:], ["NO_COLOR": "1"], ["TERM": "xterm-256color"]] {
            let run = try fixture.run(
                "report", "--company", CommandFixture.sid, "--frequency", "daily",
                environment: environment)
            #expect(!run.output.contains("\u{1B}"))
        }
    }
}
