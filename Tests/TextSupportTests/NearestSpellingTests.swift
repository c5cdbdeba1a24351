import TestSupport
import Testing
import TextSupport

@Suite struct NearestSpellingTests {
    static let commands = ["run", "report", "import", "record", "schedule", "history", "show"]

    @Test(arguments: [
        ("report", "report", 0), ("Report", "rEPORT", 0), ("", "abc", 3), ("abc", "", 3),
        ("report", "repot", 1), ("report", "reeport", 1), ("report", "rexort", 1),
        ("report", "reprot", 1), ("kitten", "sitting", 3), ("größe", "grösse", 2),
    ])
    func `counts letters inserted, deleted, replaced and swapped`(
        left: String, right: String, slips: Int
    ) {
        #expect(spellingDistance(from: left, to: right) == slips)
        #expect(spellingDistance(from: right, to: left) == slips)
    }

    @Test func `takes the candidate with the fewest edits`() {
        #expect(nearestSpelling(of: "weekdy", in: ["week", "weekday", "weekly"]) == "weekday")
    }

    @Test func `takes the first of equally close candidates`() {
        #expect(nearestSpelling(of: "cat", in: ["rat", "bat", "hat"]) == "rat")
    }

    @Test func `takes the only candidate that begins with the word`() {
        #expect(nearestSpelling(of: "sched", in: ["send", "schedule"]) == "schedule")
        #expect(nearestSpelling(of: "pass", in: ["passwordFile", "passwordEnvironment"]) == nil)
    }

    @Test(arguments: [
        ("imprt", "import"), ("improt", "import"), ("iimport", "import"), ("inport", "import"),
        ("IMPORT", "import"), ("rum", "run"), ("shcedlue", "schedule"), ("hist", "history"),
    ])
    func `finds the intended command`(word: String, expected: String) {
        #expect(nearestSpelling(of: word, in: Self.commands) == expected)
    }

    @Test(arguments: ["", "x", "zz", "xyz", "re", "delete", "s"])
    func `suggests no command if none is close`(word: String) {
        #expect(nearestSpelling(of: word, in: Self.commands) == nil)
    }

    @Test func `handles non-ASCII letters`() {
        #expect(nearestSpelling(of: "Kölnn", in: ["Bonn", "Köln"]) == "Köln")
    }

    @Test func `finds nothing if there are too many edits`() {
        #expect(nearestSpelling(of: "colour", in: ["sid", "name", "timeZone"]) == nil)
        #expect(nearestSpelling(of: "abcdefghijklmnop", in: ["abcdefghijklwxyz"]) == nil)
        #expect(nearestSpelling(of: "a", in: ["b"]) == nil)
        #expect(nearestSpelling(of: "ab", in: []) == nil)
        #expect(nearestSpelling(of: "", in: ["a"]) == nil)
    }
}

@Suite struct LongWordTests {
    @Test func `a word is not compared with words of very different length`() {
        let commands = NearestSpellingTests.commands
        let growth = ProcessorTime.growth(from: 20_000) {
            String(repeating: "x", count: $0)
        } _: { word in
            for _ in 0..<20 { _ = nearestSpelling(of: word, in: commands + [word + word]) }
        }
        #expect(growth < 3, "doubling the length takes \(growth) times as long")
    }
}
