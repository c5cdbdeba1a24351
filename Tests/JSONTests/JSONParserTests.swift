import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-1.50e+07", "123456789012345678901234567890", "\"\"",
        "[]", "{}", #"{"b":1,"a":[true,{"c":null}],"":"x"}"#, #""é😀\/""#,
    ])
    func preservesOrderAndDigits(text: String) throws {
        let expected = text.replacing("\\/", with: "/")
        #expect(try JSONValue(parsing: text).compact == expected)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "\"\\/\u{8}\u{C}\n\r\té😀"),
        (#""\u0000""#, "\0"), ("\u{FEFF}\"x\"", "x"), (" \t\r\n\"x\" ", "x"),
    ])
    func parsesEscapes(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text) == .string(expected))
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value"),
        ("[1,]", "line 1, column 4: expected a value"),
        ("[1 2]", "line 1, column 4: expected ',' or ']'"),
        ("{\"a\":1,\n \"a\":2}", "line 2, column 2: duplicate name 'a' in an object"),
        ("{a:1}", "line 1, column 2: expected a name in quotes"),
        ("{\"a\" 1}", "line 1, column 6: expected ':' after the name"),
        ("01", "line 1, column 2: expected the end of the text"),
        ("1.", "line 1, column 3: expected a digit"),
        ("-", "line 1, column 2: expected a digit"),
        ("1e", "line 1, column 3: expected a digit"),
        ("+1", "line 1, column 1: expected a value"),
        ("nul", "line 1, column 1: expected a value"),
        ("'x'", "line 1, column 1: expected a value"),
        ("\"x", "line 1, column 3: expected '\"' at the end of the string"),
        (
            "\"a\tb\"",
            "line 1, column 3: a control character in a string; write it as an escape, such as \\n"
        ),
        (
            #""\x""#,
            "line 1, column 2: unknown escape sequence in a string; write \\\\ for a backslash"
        ),
        (
            #""\ud83d\u12""#,
            "line 1, column 8: unknown escape sequence in a string; write \\\\ for a backslash"
        ),
        ("[// no\n]", "line 1, column 2: expected a value"),
        (
            String(repeating: "[", count: 65),
            "line 1, column 65: arrays and objects are nested more than 64 levels deep"
        ),
    ])
    func reportsTheFirstError(text: String, words: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(error?.description == words)
    }

    @Test(arguments: [
        (#""a\ud83d""#, "a\u{FFFD}"), (#""\ude00a""#, "\u{FFFD}a"),
        (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
    ])
    func unpairedSurrogateBecomesTheReplacementCharacter(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text) == .string(expected))
    }

    @Test func lenientRulesUseTheLastValueOfARepeatedName() throws {
        let text = #"{"a":1,"b":{"c":2,"c":3},"a":null,"\u0061":4}"#
        #expect(try JSONValue(parsing: text, .lenient).compact == #"{"a":4,"b":{"c":3}}"#)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test func lenientRulesAllowDeeperNesting() throws {
        let brackets = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: brackets(512), .lenient).array != nil)
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: brackets(513), .lenient)
        }
        #expect(error?.problem == .tooDeep(limit: 512))
    }

    @Test func rejectsInvalidUTF8() {
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: [0x22, 0xC3, 0x22])
        }
        #expect(error?.problem == .notUTF8)
    }
}
