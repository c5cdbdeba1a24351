import TestSupport
import Testing

@testable import Rendering

@Suite struct TextLayoutTests {
    @Test func `wide Unicode characters take two columns`() throws {
        let wide = try PythonCheck.run("wide_scalars").split(separator: "\n").compactMap {
            UInt32($0).flatMap(Unicode.Scalar.init)
        }
        #expect(wide.count > 20_000)
        let narrow = wide.filter { $0.displayWidth != 2 }
        #expect(narrow.count == 0, "the first is U+\(String(narrow.first?.value ?? 0, radix: 16))")
    }

    @Test(arguments: [
        ("plain", 5), ("日本", 4), ("e\u{301}", 1), ("👍", 2), ("☎\u{FE0F}", 2), ("\u{200B}", 0),
        ("Größe", 5),
    ])
    func `width counts columns, not characters`(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(arguments: [
        ("Example", 7, "Example"), ("Example", 6, "Examp…"), ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"), ("👨‍👩‍👧‍👦 family", 6, "…"),
    ])
    func `truncated text ends with an ellipsis`(text: String, columns: Int, expected: String) {
        #expect(text.cut(columns: columns) == expected)
    }

    @Test(arguments: [
        ("a\u{1B}[31mred", "a�[31mred"), ("two\r\nlines\tand tab", "two lines and tab"),
        ("nul\0", "nul�"), ("\u{202E}turned\u{2069}", "turned"), ("  spaced  out ", "spaced out"),
        ("c1\u{9B}31m", "c1�31m"), ("next\u{85}line\u{2028}", "next line"),
    ])
    func `untrusted text cannot control a display`(text: String, expected: String) {
        #expect(text.printable == expected)
    }

    @Test func `marks without width cannot extend a name`() {
        let name = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(name.name().unicodeScalars.count <= 120)
    }

    @Test func `the first column of a table gets the remaining width`() {
        let table = TextTable(
            header: ["NAME", "FAILED"],
            rows: [
                .init(cells: [String(repeating: "x", count: 100), "1,000"], notes: ["since then"]),
                .init(cells: ["b", "7"]),
            ])
        #expect(
            table.lines == [
                "NAME" + String(repeating: " ", count: 70) + "FAILED",
                String(repeating: "x", count: 71) + "…   1,000",
                "  since then",
                "b" + String(repeating: " ", count: 78) + "7",
            ])
    }

    @Test(arguments: [
        ("* one two three", "* one two\n  three\n"), ("aaaaaaaaaaaa", "aaaaaaaaaa\naa\n"),
        ("\n\na\n\n\nb  \n\n", "a\n\nb\n"), ("a\r\nb", "a\nb\n"), ("", "\n"),
        ("  a bb\u{A0}cc dd", "  a bb cc\n  dd\n"), ("one two\u{A0}three", "one\ntwo three\n"),
        ("日本語日本語", "日本語日本\n語\n"),
        ("* see https://a.example/b c", "* see\n  https://a.example/b\n  c\n"),
        ("  http://a.example/b", "  http://a.example/b\n"),
    ])
    func `lines wrap at spaces and are indented to their text`(
        text: String, expected: String
    ) {
        #expect(text.fitted(columns: 10) == expected)
    }

    @Test func `a character wider than a line becomes an ellipsis`() {
        let chain = "👨" + String(repeating: "\u{200D}👨", count: 20)
        #expect("a \(chain) b".fitted(columns: 10) == "a\n… b\n")
    }
}
