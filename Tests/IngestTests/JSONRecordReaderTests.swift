import Testing

@testable import Ingest

@Suite struct JSONRecordReaderTests {
    /// Returns records as `line[.number] text`, with pieces joined and errors in brackets.
    private func found(
        _ text: String, longest: Int = .max, seed: UInt64 = 0,
        paths: [[String]] = RecordMapping.convoy.paths
    ) throws -> [String] {
        let source = SlicedBytes(Array(text.utf8), longest: longest, seed: seed)
        let reader = JSONRecordReader(source, paths: paths)
        var (found, pieces): ([String], [UInt8]) = ([], [])
        while let record = try reader.next() {
            pieces += record.bytes
            guard record.isEnd else { continue }
            let place = "\(record.line)" + (record.number.map { ".\($0)" } ?? "")
            let error = record.error.map { " [\($0)]" } ?? ""
            found.append("\(place) \(String(decoding: pieces, as: UTF8.self))\(error)")
            pieces = []
        }
        return found
    }

    @Test(arguments: [
        ("{\"a\":1}\n\n{\"a\":2}", ["1 {\"a\":1}", "3 {\"a\":2}"]),
        ("{\"data\":[{\"a\":1},{\"a\":2}],\"done\":true}\n", ["1.1 {\"a\":1}", "1.2 {\"a\":2}"]),
        (
            "{\"status\":true,\"data\":{\"content\":[{\"b\":{}},{}],\"pagination\":{\"data\":[1]}}}",
            ["1.1 {\"b\":{}}", "1.2 {}"]
        ),
        ("{\"status\":true,\"data\":{\"uid\":\"x\"}}", ["1 {\"uid\":\"x\"}"]),
        (
            "[{\"a\":1},\n{\"a\":[{\"data\":[]}]}]",
            ["1.1 {\"a\":1}", "2.2 {\"a\":[{\"data\":[]}]}"]
        ),
        ("{\"data\":[]}{\"data\":[{}]}", ["1.1 {}"]),
        ("{\"content\":[{\"content\":[1]}]}", ["1.1 {\"content\":[1]}"]),
        ("{\"data\":\"text\"}", ["1 {\"data\":\"text\"}"]),
        ("null", []), (" null\n{\"a\":1}\nnull\n", ["2 {\"a\":1}"]),
        ("[null]", ["1.1 null"]),
        ("{\"a\":{\"data\":[{}]}}", ["1 {\"a\":{\"data\":[{}]}}"]),
        ("[1, \"]\", null]", ["1.1 1", "1.2 \"]\"", "1.3 null"]),
        ("{\"a\":\"\\\"}{\"}", ["1 {\"a\":\"\\\"}{\"}"]),
        ("\u{FEFF}{\"a\":1}", ["1 {\"a\":1}"]),
        ("", []), (" \n", []),
    ])
    func recordsAreFoundInResponsesListsAndLines(text: String, expected: [String]) throws {
        #expect(try found(text) == expected)
        #expect(try found(text, longest: 3, seed: 7) == expected)
    }

    @Test(arguments: [
        (["data"], "{\"data\":[{\"data\":[1]}]}", ["1.1 {\"data\":[1]}"]),
        (["a", "b"], "{\"b\":[1],\"a\":{\"n\":[1],\"b\":[{}]}}", ["1.1 {}"]),
        (["a", "b"], "[{\"a\":{\"b\":[{}]}},{\"b\":[]}]", ["1.1 {}", "1.2 {\"b\":[]}"]),
        (
            ["0", "data"], "[{\"data\":[{\"data\":[1]},{}]},{\"data\":[{}]},[{}],7,\"x\"]",
            ["1.1 {\"data\":[1]}", "1.2 {}"]
        ),
        (["1"], "[{\"page\":1},[{},{\"a\":[[]]}],[{}]]", ["1.1 {}", "1.2 {\"a\":[[]]}"]),
        (["a", "1", "b"], "{\"a\":[[{\"b\":[{}]}],{\"c\":{},\"b\":[{}]}]}", ["1.1 {}"]),
        (["a", "0"], "{\"a\":[{\"n\":1},{\"n\":2}]}\n{\"a\":[]}", ["1 {\"n\":1}"]),
        (["0", "0"], "[[[{}],{}],{}]", ["1.1 {}"]),
        (
            ["r", "1", "x"], "{\"r\":[{\"x\":[{}]}]}\n{\"r\":[1,{\"x\":[7]}]}{\"r\":[]}",
            ["1  [found nothing at /r/1/x; check that 'records' points to the list]", "2.1 7"]
        ),
        (["0"], "{\"0\":[{},{}]}", ["1.1 {}", "1.2 {}"]),
        (["00"], "[{\"00\":[{}]},{}]", ["1.1 {}", "1.2 {}"]),
        (["abcdefghijkl"], "{\"abcdefghijkl\":[{}]}", ["1.1 {}"]),
        (["abc"], "{\"abcd\":[{}]}", ["1 {\"abcd\":[{}]}"]),
        (["abc"], "{\"a\\nbc\":[{}]}", ["1 {\"a\\nbc\":[{}]}"]),
    ])
    func onlyWholePathLeadsToRecords(path: [String], text: String, expected: [String]) throws {
        #expect(try found(text, paths: [path]) == expected)
        #expect(try found(text, longest: 3, seed: 7, paths: [path]) == expected)
    }

    @Test func everyObjectIsRecordWithoutPath() throws {
        let text = "{\"data\":[]}\n[{\"data\":{}}]"
        #expect(try found(text, paths: []) == ["1 {\"data\":[]}", "2.1 {\"data\":{}}"])
    }

    @Test func recordOnManyLinesHasFirstLineNumber() throws {
        let text = "{\n  \"data\": [\n    {\n      \"a\": 1\n    },\n    {\n    }\n  ]\n}\n"
        #expect(try found(text) == ["3.1 {\n      \"a\": 1\n    }", "6.2 {\n    }"])
    }

    @Test(arguments: [
        ("{\"a\":1\n{\"a\":2}\n", ["1 {\"a\":1\n [not JSON]", "2 {\"a\":2}"]),
        ("no\n{\"a\":2}\n", ["1 no\n [not JSON]", "2 {\"a\":2}"]),
        ("nulx\n{\"a\":2}\n", ["1 nulx\n [not JSON]", "2 {\"a\":2}"]),
        ("nullx\n{\"a\":2}\n", ["1 x\n [not JSON]", "2 {\"a\":2}"]),
        ("{\"a\":\"x\n{\"a\":2}\n", ["1 {\"a\":\"x\n [not JSON]", "2 {\"a\":2}"]),
        ("{\"a\":1]\n{\"a\":2}\n", ["1 {\"a\":1]\n [not JSON]", "2 {\"a\":2}"]),
        (
            "{\"data\":[{\"a\":1},{\"a\"\n{\"data\":[{\"a\":2}]}\n",
            ["1.1 {\"a\":1}", "1 {\"a\"\n [not JSON]", "2.1 {\"a\":2}"]
        ),
        (
            "[\n{\"a\":1,\n{\"a\":2},\n{\"a\":3}\n]\n",
            ["2 {\"a\":1,\n [not JSON]", "3 {\"a\":2}", "4 {\"a\":3}"]
        ),
        (
            "{\n  \"data\": [\n    {\"a\" 1},\n    {\"a\": 2}\n  ]\n}\n{\"a\":3}",
            ["3 {\"a\" 1},\n    {\"a\": 2}\n  ]\n}\n [not JSON]", "7 {\"a\":3}"]
        ),
        ("x", ["1 x [not JSON]"]),
    ])
    func damageAffectsOnlyUpToNextStart(text: String, expected: [String]) throws {
        #expect(try found(text) == expected)
        #expect(try found(text, longest: 2, seed: 3) == expected)
    }

    @Test(arguments: [
        (
            "{\"data\":[{\"a\":1},{\"a\"",
            ["1.1 {\"a\":1}", "1.2 {\"a\" [\(RecordError.endsEarly)]"]
        ),
        ("{\"data\":[{\"a\":1}", ["1.1 {\"a\":1}", "1.1  [\(RecordError.endsEarly)]"]),
    ])
    func truncatedResponseIsReported(text: String, expected: [String]) throws {
        #expect(try found(text) == expected)
    }

    @Test func tooLongRecordIsForwardedInPieces() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 3 << 20) + "\"}"
        let text = "{\"data\":[{},\(long),{}]}"
        let expected = ["1.1 {}", "1.2 \(long) [longer than 1 MiB]", "1.3 {}"]
        #expect(try found(text) == expected)
        #expect(try found(text, longest: 100_000, seed: 5) == expected)
    }

    @Test func responseMayExceedBuffer() throws {
        let record = "{\"a\":\"" + String(repeating: "y", count: 1000) + "\"}"
        let text =
            "{\"data\":[" + Array(repeating: record, count: 5000).joined(separator: ",") + "]}"
        let records = try found(text)
        #expect(records.count == 5000)
        #expect(records.last == "1.5000 \(record)")
    }

    @Test func longDamageIsForwardedInPieces() throws {
        let junk = String(repeating: "x", count: 5 << 20)
        let records = try found(junk + "\n{\"a\":1}")
        #expect(records.last == "2 {\"a\":1}")
        #expect(records.dropLast().allSatisfy { $0.hasSuffix("[not JSON]") })
    }

    @Test func nestingIsLimited() throws {
        let deep = "{\"a\":" + String(repeating: "[", count: 600)
        #expect(try found(deep) == ["1 \(deep) [not JSON]"])
    }
}
