import CommandLine
import Testing

@Suite struct UsageErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let message: String

        init(_ arguments: String..., says message: String) {
            self.arguments = arguments
            self.message = message
        }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let cases = [
        Case(
            "imprt",
            says: "ledger: unknown command 'imprt'; did you mean 'import'?\nSee 'ledger --help'.\n"),
        Case("zzz", says: "ledger: unknown command 'zzz'\nSee 'ledger --help'.\n"),
        Case(
            "help", "balanse",
            says: "ledger: unknown command 'balanse'; did you mean 'balance'?\n"
                + "See 'ledger --help'.\n"),
        Case(
            "--strict", "import", says: "ledger: unknown option '--strict'\nSee 'ledger --help'.\n"),
        Case(
            "import", "--stric", "f",
            says: "ledger import: unknown option '--stric'; did you mean '--strict'?\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "-strict", "f",
            says: "ledger import: unknown option '-strict'; did you mean '--strict'?\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "--formt=csv", "f",
            says: "ledger import: unknown option '--formt'; did you mean '--format'?\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "-x", "f",
            says: "ledger import: unknown option '-x'\nSee 'ledger import --help'.\n"),
        Case(
            "import", "f", "--rejects",
            says: "ledger import: option needs a value: --rejects FILE\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "--rejects", "--strict", "f",
            says: "ledger import: option needs a value: --rejects FILE\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "--strict=yes", "f",
            says: "ledger import: option --strict takes no value, but was given 'yes'\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "--format", "jsn", "f",
            says: "ledger import: --format: 'jsn' is not csv or json; did you mean 'json'?\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import", "--rejects=a", "f", "--rejects=b",
            says: "ledger import: option given more than once: --rejects FILE\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "--config=a", "balance", "--config=b",
            says: "ledger balance: option given more than once: --config FILE\n"
                + "See 'ledger balance --help'.\n"),
        Case(
            "import", "--lenient", "--strict", "f",
            says: "ledger import: options --strict and --lenient cannot be combined\n"
                + "See 'ledger import --help'.\n"),
        Case(
            "import",
            says: "ledger import: missing operand: FILE...\nSee 'ledger import --help'.\n"),
        Case(
            "show", "7",
            says: "ledger show: missing option: --account ACCOUNT\nSee 'ledger show --help'.\n"),
        Case(
            "show", "--account=a", "7", "d", "x",
            says: "ledger show: unexpected operand 'x'; expected: ID [DAY]\n"
                + "See 'ledger show --help'.\n"),
        Case(
            "balance", "a\u{1B}[2Jb",
            says: "ledger balance: unexpected operand 'a\\u{1b}[2Jb'; expected: none\n"
                + "See 'ledger balance --help'.\n"),
    ]

    @Test(arguments: cases) func namesTheErrorAndTheHelp(_ wrong: Case) {
        let recording = Recording()
        guard case .done(let status) = ledger.begin(wrong.arguments, on: recording.console) else {
            Issue.record("was accepted")
            return
        }
        #expect(recording.errors.text == wrong.message)
        #expect(recording.output.text == "")
        #expect(status == .usage)
    }

    @Test func namesTheRangeOfAnInteger() throws {
        let read = try #require(arguments("show", "--account=a", "--count=many", "7"))
        let error = #expect(throws: UsageError.self) { try read.integer("count", in: 1...20) }
        #expect(error?.description == "--count: 'many' is not a whole number from 1 to 20")
    }

    @Test func commandSuppliesItsOwnCandidates() throws {
        let read = try #require(arguments("show", "--account=cahs", "7"))
        let error = read.invalid("account", expected: "an account", among: ["bank", "cash"])
        #expect(error.description == "--account: 'cahs' is not an account; did you mean 'cash'?")
    }

    @Test func commandRejectsAnOperand() throws {
        let read = try #require(arguments("show", "--account=a", "x"))
        let error = read.invalid(operand: "ID", read.operands[0], expected: "a number")
        #expect(error.description == "ID: 'x' is not a number")
        #expect(read.misuse("it is too late").description == "it is too late")
    }
}
