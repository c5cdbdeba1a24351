import CommandLine
import Testing

@Suite struct ManualPageTests {
    private let page = ledger.manualPage(version: "1.0")

    @Test func pageHasEveryCommandWithItsOptions() {
        for command in ledger.commands {
            #expect(page.contains(".SS \"ledger \(command.name)\""), "\(command.name)")
            #expect(page.contains(command.summary))
            for option in command.options {
                #expect(page.contains("\\fB\\-\\-\(option.name)\\fR"), "\(option.name)")
            }
        }
    }

    @Test func nameSectionHasFormThatIndexersRead() {
        #expect(page.contains(".SH NAME\nledger \\- keep the books of a company\n"))
    }

    @Test func exitStatusesAreListedInOrder() {
        let statuses = page.split(separator: "\n").filter { $0.hasPrefix(".B ") }
            .compactMap { Int($0.dropFirst(3)) }
        #expect(statuses.count == 10)
        #expect(statuses == statuses.sorted())
    }

    @Test(arguments: [
        ("a-b", "a\\-b"), (".hidden", "\\&.hidden"), ("'quoted'", "\\(aqquoted\\(aq"),
        ("C:\\d", "C:\\ed"), ("~/a^b`c`", "\\(ti/a\\(hab\\(gac\\(ga"),
    ])
    func charactersOfTroffAreEscaped(text: String, escaped: String) {
        let program = Program(
            name: "p", summary: "S.", version: { "" },
            commands: [CommandDescription(name: "c", summary: text)])
        #expect(program.manualPage(version: "1").contains("\n\(escaped)\n"))
    }
}
