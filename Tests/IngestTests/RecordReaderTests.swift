import TestSupport
import Testing

@testable import Ingest

@Suite struct RecordReaderTests {
    private func texts(
        _ text: String, _ format: RecordFormat = .ndjson, acceptsUnterminated: Bool = true
    ) throws -> [String] {
        try records(SlicedBytes(Array(text.utf8)), format, acceptsUnterminated: acceptsUnterminated)
            .map(\.text)
    }

    @Test func recordsKeepLineEndsAndLastNeedsNone() throws {
        #expect(try texts("a\r\n\nb\nc") == ["a\r\n", "\n", "b\n", "c"])
    }

    @Test func incompleteLineIsLeftIfRequested() throws {
        #expect(try texts("a\nb", acceptsUnterminated: false) == ["a\n"])
        #expect(try texts("a,\"b\nc", .csv, acceptsUnterminated: false) == [])
    }

    @Test func recordsHaveLineAndEndOffset() throws {
        let found = try records(SlicedBytes(Array("a\n\"b\nc\"\r\nd".utf8)), .csv)
        #expect(
            found == [
                ReadRecord(text: "a\n", line: 1, end: 2),
                ReadRecord(text: "\"b\nc\"\r\n", line: 2, end: 9),
                ReadRecord(text: "d", line: 4, end: 10),
            ])
    }

    @Test(arguments: [
        ("a,\"b\nc\nd\n", ["a,\"b\n", "c\n", "d\n"]),
        ("a,\"b\n\"x,\"\nd\n", ["a,\"b\n", "\"x,\"\n", "d\n"]),
        ("\"a\"x\nb\n", ["\"a\"x\n", "b\n"]),
        ("b\n\"a", ["b\n", "\"a"]),
        ("\"a\"\"\nb\"\nc", ["\"a\"\"\nb\"\n", "c"]),
        ("\"\"\nb", ["\"\"\n", "b"]),
        ("a\"b\n\"\"\"\"\nc", ["a\"b\n", "\"\"\"\"\n", "c"]),
    ])
    func brokenQuoteAffectsOneLine(text: String, expected: [String]) throws {
        #expect(try texts(text, .csv) == expected)
    }

    @Test(arguments: [RecordFormat.ndjson, .csv])
    func lineIsLimitedToOneMebibyte(format: RecordFormat) throws {
        let fits = String(repeating: "x", count: 1 << 20)
        let text = "\(fits)\r\n\(fits)x\n\(fits)\(fits)\(fits)\nend\n\(fits)x"
        let found = try records(SlicedBytes(Array(text.utf8), longest: 70_000), format)
        #expect(found.map(\.error) == [nil, .tooLong, .tooLong, nil, .tooLong])
        #expect(found.map(\.line) == [1, 2, 3, 4, 5])
        #expect(found.map(\.text).joined() == text)
    }

    @Test func openQuoteOverOneMebibyteAffectsOneLine() throws {
        let row = String(repeating: "x,", count: 99) + "\n"
        let text = "\"open\n" + String(repeating: row, count: 12_000)
        let found = try records(SlicedBytes(Array(text.utf8)), .csv)
        #expect(found.count == 12_001)
        #expect(found.filter { $0.error != nil }.map(\.line) == [1])
    }

    @Test(arguments: [
        ("\0\0\0a\nb\n", ["\0\0\0", "a\n", "b\n"]),
        ("a\n\0\0b\n", ["a\n", "\0\0", "b\n"]),
        ("a\0\0b\n", ["a", "\0\0", "b\n"]),
        ("a\0\0\nb\n", ["a", "\0\0", "\n", "b\n"]),
        ("a\0\0", ["a", "\0\0"]), ("\0", ["\0"]),
    ])
    func holeIsNotPartOfRecord(text: String, expected: [String]) throws {
        #expect(try texts(text) == expected)
        #expect(try texts(text, .csv) == expected)
    }

    @Test func holeMayExceedRecordLimit() throws {
        let hole = String(repeating: "\0", count: 3 << 20)
        let found = try records(SlicedBytes(Array("a\n\(hole)b\n".utf8)), .ndjson)
        #expect(found.map(\.text) == ["a\n", hole, "b\n"])
        #expect(found.map(\.line) == [1, 2, 2])
        #expect(found.allSatisfy { $0.error == nil })
    }

    @Test(arguments: [("a\nb\0\0", ["a\n"]), ("a\n\0", ["a\n", "\0"])])
    func recordMayBeCompletedInReservedSpace(text: String, expected: [String]) throws {
        #expect(try texts(text, acceptsUnterminated: false) == expected)
    }

    @Test(arguments: [
        ("x;\"b\"\n\"c\nd\";1\n", ["x;\"b\"\n", "\"c\nd\";1\n"]),
        ("x\ty\n\"c\nd\"\t1\n", ["x\ty\n", "\"c\nd\"\t1\n"]),
        ("sep=|\nx|y\n\"c\nd\"|1\n", ["sep=|\n", "x|y\n", "\"c\nd\"|1\n"]),
        ("sep=;\nx;y\n\"c\",1\nd\n", ["sep=;\n", "x;y\n", "\"c\",1\n", "d\n"]),
        ("x, y\na, \"c\nd\"\n", ["x, y\n", "a, \"c\nd\"\n"]),
        ("x,y\na, \"c\nd\"\n", ["x,y\n", "a, \"c\n", "d\"\n"]),
    ])
    func dialectFollowsHeaderRow(text: String, expected: [String]) throws {
        let names = text.replacing("x", with: "callback_id").replacing("y", with: "company")
            .replacing("\"b\"", with: "\"company\"")
        let found = try texts(names, .csv)
        #expect(
            found.map {
                $0.replacing("callback_id", with: "x").replacing("\"company\"", with: "\"b\"")
                    .replacing("company", with: "y")
            } == expected)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func resultIsIndependentOfReadSizes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let parts = [
            "a", ",", "\"", "\"\"", "\n", "\r\n", "x,\"", "\",y", "{\"a\":1}", "\0", "\0\0", ";",
            " ",
        ]
        let count = Int.random(in: 0..<300, using: &random)
        let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
        for format in [RecordFormat.ndjson, .csv] {
            for acceptsUnterminated in [true, false] {
                let whole = try records(
                    SlicedBytes(Array(text.utf8)), format, acceptsUnterminated: acceptsUnterminated)
                let sliced = try records(
                    SlicedBytes(Array(text.utf8), longest: 7, seed: seed), format,
                    acceptsUnterminated: acceptsUnterminated)
                #expect(whole == sliced, "\(format) \(text.debugDescription)")
                if acceptsUnterminated { #expect(whole.map(\.text).joined() == text) }
            }
        }
    }
}
