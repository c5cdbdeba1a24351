import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test(
        "special characters are escaped",
        arguments: [
            ("plain", #""plain""#), ("", #""""#),
            ("\"a\\b/", #""\"a\\b/""#), ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1}\u{1F} ", #""\u0000\u0001\u001f ""#),
            ("~\u{7F}\u{80}\u{9F}\u{A0}", "\"~\\u007f\\u0080\\u009f\u{A0}\""),
            ("a\u{7F}", "\"a\\u007f\""), ("¢\u{85}é€😀", "\"¢\\u0085é€😀\""),
            ("e\u{301}\"", "\"e\u{301}\\\"\""),
        ])
    func strings(text: String, expected: String) throws {
        #expect(JSONValue.quoted(text) == expected)
        #expect(try JSONValue(parsing: expected).string == text)
        var inside = Array("<".utf8)
        JSONValue.escape(text, in: &inside)
        #expect(String(decoding: inside, as: UTF8.self) == "<" + expected.dropFirst().dropLast())
    }

    private static let document = JSONValue.object([
        "a": .array([.integer(-1), .null, .boolean(true), .boolean(false)]),
        "b\"": .object(["c": .array([]), "d": .object([:]), "e": .rounded(0.5)]),
    ])

    @Test func writesALineMemberByMember() {
        var line = JSONLine()
        line.add("a", "x\"\n")
        line.add("b", "<é>\u{9B}".dropFirst())
        line.add("c", 0)
        line.add("d", -120)
        line.add("e", Int.min)
        line.add("f", nil as Int?)
        line.add("g", rounding: 0.25)
        let expected =
            #"{"a":"x\"\n","b":"é>\u009b","c":0,"d":-120,"e":-9223372036854775808,"f":null,"g":0.25}"#
        #expect(String(decoding: line.end(), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (0, "0"), (0.000_000_4, "0"), (0.000_000_6, "1e-06"), (0.000_099, "9.9e-05"),
        (0.000_1, "0.0001"), (0.123_456_5, "0.123457"), (1, "1"), (10.5, "10.5"),
        (2000.040_001, "2000.040001"), (999_999_999.999_999, "999999999.999999"),
        (1e9, "1000000000"), (1e15 / 3, "333333333333333.3"), (1e17, "99999999999999984"),
        (1e300, "1e+300"), (-0.5, "-0.5"), (.infinity, "0"), (.nan, "0"),
    ])
    func roundsToSixDecimalPlaces(_ number: Double, _ expected: String) {
        var line = JSONLine()
        line.add("a", rounding: number)
        #expect(String(decoding: line.end(), as: UTF8.self) == #"{"a":\#(expected)}"#)
        #expect(JSONValue.rounded(number).compact == expected)
    }

    /// Every multiple of a millionth has one spelling in all writers.
    @Test func lineSpellsNumbersLikeOtherWriters() {
        var millionths = 1
        while millionths < 1_000_000_000_000_000_000 {
            let number = Double(millionths) / 1_000_000
            var line = JSONLine()
            line.add("a", rounding: number)
            let text = JSONValue.rounded(number).compact
            #expect(String(decoding: line.end(), as: UTF8.self) == #"{"a":\#(text)}"#)
            millionths += millionths / 97 + 1
        }
    }

    @Test func compactDocumentHasNoSpaces() {
        let expected = #"{"a":[-1,null,true,false],"b\"":{"c":[],"d":{},"e":0.5}}"#
        #expect(Self.document.compact == expected)
        #expect(Self.document.compactBytes == Array(expected.utf8))
    }

    @Test func documentIsIndentedByTwoSpaces() {
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
