import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test(
        "a character that cannot stand as it is is escaped",
        arguments: [
            ("plain", #""plain""#), ("", #""""#),
            ("\"a\\b/", #""\"a\\b/""#), ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1}\u{1F} ", #""\u0000\u0001\u001f ""#),
            ("~\u{7F}\u{80}\u{9F}\u{A0}", "\"~\\u007f\\u0080\\u009f\u{A0}\""),
            ("¢\u{85}é€😀", "\"¢\\u0085é€😀\""),
            ("e\u{301}\"", "\"e\u{301}\\\"\""),
        ])
    func strings(text: String, expected: String) throws {
        #expect(JSONValue.quoted(text) == expected)
        #expect(try JSONValue(parsing: expected).string == text)
        var inside = "<"
        JSONValue.escape(text, in: &inside)
        #expect(inside == "<" + expected.dropFirst().dropLast())
    }

    private static let document = JSONValue.object([
        "a": .array([.integer(-1), .null, .boolean(true), .boolean(false)]),
        "b\"": .object(["c": .array([]), "d": .object([:]), "e": .rounded(0.5)]),
    ])

    @Test func aLineMemberByMemberIsTheSameAsTheObject() {
        var line = JSONLine()
        line.add("a", "x\"\n")
        line.add("b", .integer(7))
        line.add("c", Self.document)
        let object = JSONValue.object(["a": "x\"\n", "b": .integer(7), "c": Self.document])
        #expect(line.end() == object.compactBytes)
    }

    @Test func aDocumentInOneLineHasNoSpaces() {
        let expected = #"{"a":[-1,null,true,false],"b\"":{"c":[],"d":{},"e":0.5}}"#
        #expect(Self.document.compact == expected)
        #expect(Self.document.compactBytes == Array(expected.utf8))
    }

    @Test func aDocumentInLinesIsIndentedByTwoSpaces() {
        #expect(
            Self.document.text() == """
                {
                  "a": [
                    -1,
                    null,
                    true,
                    false
                  ],
                  "b\\"": {
                    "c": [],
                    "d": {},
                    "e": 0.5
                  }
                }
                """)
    }
}
