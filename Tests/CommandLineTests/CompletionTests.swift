import CommandLine
import Testing

/// What is inserted for the word at the cursor, which is the last word of each line.
@Suite struct CompletionTests {
    private func complete(_ words: String...) -> Completion {
        ledger.completion(of: words).completion
    }

    private func texts(_ words: String...) -> [String] {
        ledger.completion(of: words).completion.candidates.map(\.text)
    }

    @Test func emptyLineOffersAllCommands() {
        #expect(texts("") == ["import", "show", "balance", "help"])
        #expect(complete("").candidates.first?.meaning == "Read entries from files into the books.")
    }

    @Test func candidatesBeginWithWord() {
        #expect(texts("b") == ["balance"])
        #expect(texts("x") == [])
    }

    @Test func optionsOfCommandAndProgramAreOffered() {
        #expect(
            texts("show", "--") == ["--account", "--count", "--config", "--help", "--version"])
        #expect(texts("--c") == ["--config"])
    }

    @Test func givenOptionIsOfferedAgainOnlyIfRepeatable() {
        #expect(texts("import", "--tag", "a", "--format", "csv", "--t") == ["--tag"])
        #expect(texts("import", "--format", "csv", "--f") == [])
        #expect(texts("import", "--format=csv", "--f") == [])
    }

    @Test func excludedOptionIsNotOffered() {
        #expect(texts("import", "--strict", "--l") == [])
        #expect(texts("import", "--l") == ["--lenient"])
    }

    @Test(arguments: [["--format", ""], ["--format="], ["--format", "="], ["--format", "=", ""]])
    func allowedValuesAreOffered(end: [String]) {
        let completion = ledger.completion(of: ["import"] + end).completion
        #expect(completion.candidates.map(\.text) == ["csv", "json"])
    }

    @Test func valueOfEarlierOptionIsNoOperand() {
        #expect(complete("show", "--count", "3", "").unknownValue == "ID")
        #expect(complete("show", "--count=3", "7", "").unknownValue == "DAY")
    }

    @Test func programCompletesOtherValues() {
        let (completion, arguments) = ledger.completion(of: [
            "show", "--account", "a", "--count", "4",
        ])
        #expect(completion.unknownValue == "count")
        #expect(completion.word == "4")
        #expect(arguments.value("account") == "a")
    }

    @Test func programCandidatesAreFilteredToo() {
        var completion = complete("show", "--account", "ba")
        completion.add([.init("bank", "Money"), .init("cash")])
        #expect(completion.candidates == [.init("bank", "Money")])
    }

    @Test func shellCompletesFiles() {
        #expect(complete("import", "--rejects", "").files == .files(extensions: []))
        #expect(complete("--config", "").files == .files(extensions: ["json", "json5"]))
        guard case .files(let extensions) = complete("import", "one.csv", "").files else {
            Issue.record("FILE... is repeatable")
            return
        }
        #expect(extensions.contains("csv"))
    }

    @Test func nothingFollowsLastOperand() {
        #expect(complete("show", "1", "monday", "").candidates == [])
        #expect(complete("balance", "").lines == "none\n")
    }

    @Test func wordAfterTwoDashesIsOperand() {
        #expect(complete("import", "--", "--").files != .none)
    }

    @Test func unknownWordsAreIgnored() {
        #expect(
            texts("nothing", "") == ledger.completion(of: [""]).completion.candidates.map(\.text))
        #expect(texts("show", "--wrong", "--c") == ["--count", "--config"])
        #expect(texts("show", "--wrong=") == [])
        #expect(ledger.completion(of: []).completion.candidates.count == 4)
    }

    @Test func linesBeginWithKindOfFiles() {
        #expect(complete("import", "--rejects", "").lines == "files\n")
        #expect(complete("--config", "").lines == "files json json5\n")
        #expect(complete("ba").lines == "none\nbalance\tPrint all balances.\n")
    }

    @Test func helpOffersCommands() {
        #expect(texts("help", "") == ["import", "show", "balance", "help"])
    }

    @Test(arguments: Shell.allCases)
    func scriptNamesProgram(shell: Shell) {
        let script = shell.completionScript(for: "my-tool")
        #expect(script.contains("my-tool") && script.contains("_my_tool"))
        #expect(!script.contains("PROGRAM") && !script.contains("FUNCTION"))
    }
}
