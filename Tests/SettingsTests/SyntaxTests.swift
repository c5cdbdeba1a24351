import CivilTime
import JSON
import Testing

@testable import Settings

@Suite struct SyntaxTests {
    @Test(arguments: [
        ("", "the file is empty; 'callback-reports init' writes a sample configuration"),
        (" \n\t", "the file is empty; 'callback-reports init' writes a sample configuration"),
        ("\u{FEFF}", "the file is empty; 'callback-reports init' writes a sample configuration"),
        ("// nothing", "1:11: expected a value, but the file ends here"),
        ("{", "1:2: expected a key or '}', but the file ends here"),
        ("{\n  catchUp: 7\n  mail: {}}", "3:3: expected ',' or '}', found 'm'"),
        ("{\r\n  catchUp: 7\r\n  mail: {}}", "3:3: expected ',' or '}', found 'm'"),
        ("{catchUp 7}", "1:10: expected ':' after the key, found '7'"),
        ("{catchUp:}", "1:10: expected a value, found '}'"),
        ("{7: 1}", "1:2: expected a key, found '7'"),
        ("{,}", "1:2: expected a key, found ','"),
        ("[1,,2]", "1:4: expected a value, found ','"),
        ("[1;2]", "1:3: expected ',' or ']', found ';'"),
        ("[1", "1:3: expected ',' or ']', but the file ends here"),
        ("{} x", "1:4: expected the end of the file, found 'x'"),
        ("{zone: Asia/Kolkata}", "1:8: expected a value; put strings in quotes"),
        ("{a: 01}", "1:5: expected a value; put strings in quotes"),
        ("{a: 0x}", "1:5: expected a value; put strings in quotes"),
        ("{größe: 'ß' \"", "1:13: expected ',' or '}', found '\"'"),
        ("{a: 'b\n'}", "1:5: the string that starts here does not end on its line"),
        ("{a: 'b", "1:5: the string that starts here does not end on its line"),
        ("{a: 'b\\", "1:5: the string that starts here does not end on its line"),
        ("{a: 'C:\\dir'}", "1:8: unknown escape sequence in a string; write \\\\ for a backslash"),
        ("{a: '\\u12G4'}", "1:6: unknown escape sequence in a string; write \\\\ for a backslash"),
        ("{a: '\\q'}", "1:6: unknown escape sequence in a string; write \\\\ for a backslash"),
        ("{a: '\\v'}", "1:6: unknown escape sequence in a string; write \\\\ for a backslash"),
        (
            "{a: '\\ude00'}",
            "1:6: half of a surrogate pair; write both halves, such as \\ud83d\\ude00"
        ),
        (
            "{a: '\\ud800x'}",
            "1:6: half of a surrogate pair; write both halves, such as \\ud83d\\ude00"
        ),
        (
            "{a: '\\ud800\\u0041'}",
            "1:6: half of a surrogate pair; write both halves, such as \\ud83d\\ude00"
        ),
        (
            "{a: 'b\tc'}",
            "1:7: a tab or control character in a string; write \\t or \\u0000 with its code"
        ),
        ("{a: 1 /* b}", "1:7: the comment that starts here does not end; end it with */"),
        ("{a: 1 / 2}", "1:8: expected a comment, // or /*, found ' '"),
        ("{\u{A0}a: 1}", "1:2: expected a key, found '\u{A0}'"),
        (String(repeating: "[", count: 65), "1:65: lists and objects are nested too deeply"),
    ])
    func `a syntax error has a line and a column`(text: String, line: String) {
        #expect(diagnostics(in: text) == ["config.json: " + line])
    }

    @Test func `a file that is not UTF-8 is rejected`() {
        let file = ConfigurationFile(name: "c.json", path: "/c.json", bytes: [0x7B, 0xFF, 0x7D])
        let zones = ZoneDatabase(environment: [:])
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(reading: file, zones: zones)
        }
        #expect(error?.description == "c.json: the file is not UTF-8; save it as UTF-8")
    }

    @Test func `a byte order mark is ignored`() throws {
        #expect(try read("\u{FEFF}{companies: []}").companies.isEmpty)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `a string continues after an escaped line break`(end: String) throws {
        let value = try JSON5Parser.parse("['a\\\(end)b\\\(end)']").value
        #expect(value == .list([.string("ab")]))
    }

    @Test func `the first value of a duplicate key is used`() throws {
        #expect(try JSON5Parser.parse("{a: 1, 'a': 2}").value == .object(["a": .integer(1)]))
    }

    @Test func `duplicate keys are reported with object and line`() throws {
        let text = "{a: 1,\n'a': {b: 1,\nb: [{c: 1, c: 2}], 'b': 3}}"
        let found = try JSON5Parser.parse(text).repetitions
        #expect(
            found.map { "\($0.object.text) \($0.key) \($0.line)" } == [
                " a 2", "a b 3", "a.b[0] c 3", "a b 3",
            ])
    }
}
