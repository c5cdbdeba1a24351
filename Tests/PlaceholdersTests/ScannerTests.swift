import Testing

@testable import Placeholders

@Suite struct ScannerTests {
    private func found(_ text: String, braces: Bool = false) -> [String] {
        PlaceholderScanner.pieces(of: text, takesSingleBraces: braces).placeholders.map(\.name)
    }

    static let texts: [(String, [String])] = [
        ("<name>", ["name"]), ("{{name}}", ["name"]), ("{{ name }}", ["name"]),
        ("<a.b.c>", ["a.b.c"]), ("<address.formatted_address>", ["address.formatted_address"]),
        ("<items.0.id>", ["items.0.id"]), ("<parts[n]>", ["parts[n]"]),
        ("<a><b>{{c}}", ["a", "b", "c"]), ("<<a>>", ["a"]), ("{{{a}}}", ["a"]),
        ("{a}", []), ("< a>", []), ("<a >", []), ("<a b>", []), ("<>", []), ("{{}}", []),
        ("<.a>", []), ("<a.>", []), ("<a..b>", []), ("</a>", []), ("<a/>", []), ("<-a>", []),
        ("<!DOCTYPE html>", []), ("<a[>", []), ("<a[]>", []), ("<[0]>", []), ("<a]>", []),
        ("a < b > c", []), ("<name", []), ("{{name}", []), ("<é>", []),
    ]

    @Test(arguments: texts)
    func findsNames(text: String, names: [String]) {
        #expect(found(text) == names)
    }

    @Test(arguments: [
        ("?a={callee}&b={{caller}}&c=<x>", ["callee", "caller", "x"]), ("{ a }", []),
        ("{}", []), ("{{{a}}}", ["a"]), ("{a}}", ["a"]),
    ])
    func findsSingleBracesInURLs(text: String, names: [String]) {
        #expect(found(text, braces: true) == names)
    }

    @Test func keepsOtherText() {
        for (text, _) in Self.texts {
            let pieces = PlaceholderScanner.pieces(of: text)
            let joined = pieces.map { piece in
                switch piece {
                case .literal(let literal): literal
                case .placeholder(let placeholder): placeholder.spelling
                }
            }
            #expect(joined.joined() == text)
        }
    }
}
