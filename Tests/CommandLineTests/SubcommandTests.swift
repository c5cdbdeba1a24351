import CommandLine
import Testing

/// Tests of two-word commands.
@Suite struct SubcommandTests {
    private let program = Program(
        name: "books", summary: "Keep books.", version: { "books 1.0" },
        commands: [
            CommandDescription(
                name: "entry add", summary: "Add an entry.",
                options: [.value("tag", "TAG", help: "Its tag.")],
                operands: [.init("TEXT", .one, help: "What it says.")]),
            CommandDescription(name: "entry list", summary: "List the entries."),
            CommandDescription(name: "balance", summary: "Print all balances."),
        ],
        sharedOptions: [.value("config", "FILE", help: "The configuration.")])

    private func arguments(_ words: [String]) -> Arguments? {
        guard case .command(let arguments) = program.begin(words, on: Recording().console) else {
            return nil
        }
        return arguments
    }

    private func said(_ words: [String]) -> String {
        let recording = Recording()
        _ = program.begin(words, on: recording.console)
        return recording.errors.text + recording.output.text
    }

    @Test(arguments: [
        ["entry", "add", "entry"], ["--config", "x", "entry", "add", "entry"],
        ["entry", "--config=x", "add", "entry"], ["entry", "add", "--", "entry"],
    ])
    func readsTheSecondWord(words: [String]) {
        #expect(arguments(words)?.command == "entry add")
        #expect(arguments(words)?.operands == ["entry"])
    }

    @Test func oneWordCommandsStillWork() {
        #expect(arguments(["balance"])?.command == "balance")
    }

    @Test(arguments: [
        (["entry"], "books: 'entry' needs a subcommand: add or list\nSee 'books --help'.\n"),
        (
            ["entry", "lits"],
            "books: unknown command 'entry lits'; did you mean 'entry list'?\n"
                + "See 'books --help'.\n"
        ),
        (
            ["entri", "list"],
            "books: unknown command 'entri'; did you mean 'entry'?\nSee 'books --help'.\n"
        ),
        (
            ["entry", "add"],
            "books entry add: missing operand: TEXT\nSee 'books entry add --help'.\n"
        ),
        (
            ["entry", "list", "--tag", "x"],
            "books entry list: unknown option '--tag'\nSee 'books entry list --help'.\n"
        ),
        (
            ["help", "entry"],
            "books: 'entry' needs a subcommand: add or list\nSee 'books --help'.\n"
        ),
    ])
    func reportsTheMissingPart(words: [String], text: String) {
        #expect(said(words) == text)
    }

    @Test func helpAcceptsBothWords() {
        #expect(
            said(["help", "entry", "add"]).hasPrefix("Usage: books entry add [--tag TAG] TEXT\n"))
        #expect(said(["entry", "add", "--help"]) == said(["help", "entry", "add"]))
        #expect(said(["help"]).contains("  entry add   Add an entry.\n"))
    }
}
