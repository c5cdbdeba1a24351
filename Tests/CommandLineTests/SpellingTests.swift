import CommandLine
import Testing

@Suite struct SpellingTests {
    static let commands = ["run", "report", "import", "record", "schedule", "history", "show"]

    @Test(arguments: [
        ("imprt", "import"), ("improt", "import"), ("iimport", "import"), ("inport", "import"),
        ("IMPORT", "import"), ("rum", "run"), ("shcedlue", "schedule"), ("sched", "schedule"),
        ("hist", "history"),
    ])
    func findsTheNearest(word: String, expected: String) {
        #expect(Spelling.nearest(to: word, among: Self.commands) == expected)
    }

    @Test(arguments: ["", "x", "zz", "xyz", "re", "delete", "s"])
    func findsNothingThatIsNotNear(_ word: String) {
        #expect(Spelling.nearest(to: word, among: Self.commands) == nil)
    }

    @Test func prefersTheFirstOfEquals() {
        #expect(Spelling.nearest(to: "cat", among: ["bat", "hat"]) == "bat")
    }

    @Test func countsASwapAsOneSlip() {
        #expect(Spelling.nearest(to: "nru", among: ["nxx", "nur"]) == "nur")
    }

    @Test func knowsLettersBeyondASCII() {
        #expect(Spelling.nearest(to: "Köln", among: ["Bonn", "Köln"]) == "Köln")
        #expect(Spelling.nearest(to: "Kölnn", among: ["Bonn", "Köln"]) == "Köln")
    }
}
