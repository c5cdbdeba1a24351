import JSON
import TestSupport
import Testing

@testable import Placeholders

/// Tests random templates and values: if the template can be parsed, the callback has the same
/// nodes, and each value is read back at its position.
@Suite struct MarkupFuzzTests {
    /// The minimum share of templates that must be valid, so that the test is meaningful.
    @Test(arguments: [(MarkupLanguage.xml, 1, 0.5), (.xml, 2, 0.5), (.html, 3, 1), (.html, 4, 1)])
    func valuesKeepTheStructure(language: MarkupLanguage, seed: UInt64, share: Double) throws {
        var fuzz = MarkupFuzz(seed: seed)
        let lines = (0..<4000).map { _ in fuzz.line(language) }
        let checked = try PythonCheck.run("markup", input: lines.joined(separator: "\n"))
        let parsed = try #require(Int(checked.dropLast()))
        #expect(Double(parsed) >= share * Double(lines.count), "\(parsed) of \(lines.count)")
    }
}

/// Generates templates and values.
private struct MarkupFuzz {
    /// Fragments of values that try to break out.
    private static let hostile = [
        "<a>", "{{b}}", "<", ">", "{", "\"", "'", "/", "&", ";", "=", "]", "]]", "]]>", "-", "--",
        "-->", "<!--", "<![CDATA[", "?>", "<?", "&lt;", "&#60;", "</m>", "</a>", "<m x='1'>",
        "\r\n", "\n", "\r", "\t", " ", "\0", "\u{1}", "\u{7F}", "\u{85}", "\u{FFFE}", "\u{FFFF}",
        "é", "漢", "😀", "e\u{301}", "x", "a=1", "1", ":",
    ]

    /// Fragments of text. `a` and `b` are values as well as names of elements.
    private static let texts = [
        "{{a}}", "{{b}}", "{{ a }}", "<a>", "<b>", "x", " ", "\n", "]", "]]", ">", "'", "\"", "é",
        "<u>", "{a}", "=",
    ]

    private var random: SeededRandom

    private mutating func pick(_ items: [String]) -> String {
        items.randomElement(using: &random) ?? ""
    }

    private mutating func joined(_ items: [String], atMost count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &random)).map { _ in pick(items) }.joined()
    }

    private mutating func attributes() -> String {
        let values = Self.texts.filter { !$0.contains("\"") && !$0.contains("'") && $0 != "<u>" }
        let names = ["k", "j", "x:y"].shuffled(using: &random)
        return names.prefix(Int.random(in: 0...2, using: &random)).map { name in
            let quote = pick(["\"", "'"])
            return pick([" ", "\n", "  "]) + name + pick(["=", " = "]) + quote
                + joined(values, atMost: 3) + quote
        }.joined()
    }

    private mutating func element(_ depth: Int, _ language: MarkupLanguage) -> String {
        let name = pick(["m", "n", "a", "b", "m", "n", "x:m", "{{a}}", "v{{b}}"])
        let start = "<" + name + attributes()
        if Int.random(in: 0...5, using: &random) == 0 { return start + pick(["/>", " />"]) }
        return start + pick([">", ">", " >"]) + content(depth + 1, language) + "</" + name
            + pick([">", " >", "\n>"])
    }

    private mutating func content(_ depth: Int, _ language: MarkupLanguage) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            switch Int.random(in: 0...11, using: &random) {
            case 0...2 where depth < 4: element(depth, language)
            case 3: "<!-- " + joined(Self.texts, atMost: 3) + " -->"
            case 4: "<?p " + joined(Self.texts, atMost: 2) + "?>"
            // HTML has no such sections, but Python's parser supports them.
            case 5 where language == .xml:
                "<![CDATA[" + joined(Self.texts + ["</a>", "<a k=\"1\">"], atMost: 4) + "]]>"
            default: pick(Self.texts)
            }
        }.joined()
    }

    private mutating func template(_ language: MarkupLanguage) -> String {
        var text = element(0, language)
        let heads = [
            "<?xml version=\"1.0\"?>", "<!DOCTYPE m [<!ENTITY e \"{{a}}'>\">]>", "<!-- -->",
        ]
        if Int.random(in: 0...3, using: &random) == 0 { text = pick(heads) + text }
        if language == .html, Int.random(in: 0...2, using: &random) == 0 {
            text +=
                pick(["<p class={{a}} k>", "<br>", "<a href=x{{b}}'>", "<p {{a}}>", "</p {{b}}>"])
                + content(2, language)
        }
        // One of the placeholders is in an unintended position. Python's parser handles such HTML
        // differently from browsers.
        if language == .xml, Int.random(in: 0...3, using: &random) == 0 {
            let place = text.indices.randomElement(using: &random) ?? text.startIndex
            text.insert(
                contentsOf: pick(["<", ">", "\"", "/", "]]>", "-->", "{{a}}", "<a>"]), at: place)
        }
        return text
    }

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Returns a case for the check: a template, filled with markers and with hostile values.
    mutating func line(_ language: MarkupLanguage) -> String {
        while true {
            let template = TextTemplate(template(language), as: .markup(language))
            // A profile cannot be created from such a template.
            if language == .xml, template.namesAttributes { continue }
            let values = ["a", "b"].map { ($0, joined(Self.hostile, atMost: 5)) }
            func filled(_ value: (String) -> String) -> JSONValue {
                let table = Dictionary(
                    uniqueKeysWithValues: values.map { ($0.0, JSONValue.string(value($0.0))) })
                return .string(template.filled(filler(table)))
            }
            let known = Dictionary(uniqueKeysWithValues: values)
            return JSONValue.object([
                "language": .string(language == .xml ? "xml" : "html"),
                "values": .object(["a": .string(values[0].1), "b": .string(values[1].1)]),
                "plain": filled { "QZ\($0)ZQ" }, "result": filled { known[$0] ?? "" },
            ]).compact
        }
    }
}
