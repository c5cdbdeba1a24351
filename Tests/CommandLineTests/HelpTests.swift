import CommandLine
import Testing

// Testing also has an ExitStatus; the explicit import takes precedence.
import enum CommandLine.ExitStatus

@Suite struct HelpTests {
    private func answer(_ words: String...) -> (output: String, errors: String, status: ExitStatus?)
    {
        let recording = Recording()
        guard case .done(let status) = ledger.begin(words, on: recording.console) else {
            return (recording.output.text, recording.errors.text, nil)
        }
        return (recording.output.text, recording.errors.text, status)
    }

    static let programHelp = """
        Usage: ledger COMMAND [OPTIONS]

        Keep the books of a company.

        Commands:
          import   Read entries from files into the books.
          show     Print an entry.
          balance  Print all balances.
          help     Prints the help of a command.

        Options:
          --config FILE  The configuration to use.
          -h, --help     Print this help.
          --version      Print the version.

        Run 'ledger help COMMAND' for the help of a command.

        """

    static let importHelp = """
        Usage: ledger import [--format FORMAT] [--rejects FILE] [--tag TAG]...
               [--strict] [--lenient] FILE...

        Read entries from files into the books.

        Entries that are there already change nothing, so a file may be imported again
        at any time, and the books stay as they were before.

        Operands:
          FILE  A file, or - for input.

        Options:
          --format FORMAT  How it is written. One of csv or json.
          --rejects FILE   Where entries go that cannot be read.
          --tag TAG        A tag for each entry.
          --strict         Take every entry or none.
          --lenient        Take what can be read.
          --config FILE    The configuration to use.
          -h, --help       Print this help.

        Examples:
          ledger import --strict may.csv
              All of May, or nothing.

        """

    @Test(arguments: [
        ["--help"], ["-h"], ["help"], ["--unknown", "--help"], ["--help", "--version"],
    ])
    func printsTheHelpOfTheProgram(_ words: [String]) {
        let recording = Recording()
        _ = ledger.begin(words, on: recording.console)
        #expect(recording.output.text == Self.programHelp)
        #expect(recording.errors.text == "")
    }

    @Test(arguments: [
        ["import", "--help"], ["import", "-h"], ["help", "import"], ["--help", "import"],
        ["import", "--unknown", "x", "--help"],
    ])
    func printsTheHelpOfACommand(_ words: [String]) {
        let recording = Recording()
        _ = ledger.begin(words, on: recording.console)
        #expect(recording.output.text == Self.importHelp)
        #expect(recording.errors.text == "")
    }

    @Test func requestedHelpSucceeds() {
        #expect(answer("--help").status == .success)
    }

    @Test func emptyCommandLinePrintsHelpAsAnError() {
        #expect(answer() == ("", Self.programHelp, .usage))
        #expect(answer("--config", "c") == ("", Self.programHelp, .usage))
    }

    @Test func printsTheVersion() {
        #expect(answer("--version") == ("ledger 1.0\n", "", .success))
        #expect(answer("import", "--version") == ("ledger 1.0\n", "", .success))
    }

    @Test func reportsAnUnknownCommandEvenWithHelp() {
        #expect(answer("imprt", "--help").status == .usage)
    }

    @Test func longOptionGetsItsOwnLine() {
        let program = Program(
            name: "p", summary: "S.", version: { "" },
            commands: [
                CommandDescription(
                    name: "c", summary: "S.",
                    options: [
                        .value(
                            "an-option-with-a-name", "LONGVALUE",
                            help: "Its help is so long that it has to be broken once more.")
                    ])
            ])
        let recording = Recording()
        _ = program.begin(["help", "c"], on: recording.console)
        let expected = """
              --an-option-with-a-name LONGVALUE
                                      Its help is so long that it has to be broken once
                                      more.
            """
        #expect(recording.output.text.contains(expected))
    }

    @Test func staysWithinEightyColumns() {
        let recording = Recording()
        for command in ["import", "show", "balance", "help"] {
            _ = ledger.begin(["help", command], on: recording.console)
        }
        #expect(recording.output.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
