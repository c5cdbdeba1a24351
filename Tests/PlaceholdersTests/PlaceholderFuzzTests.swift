import JSON
import Placeholders
import TestSupport
import Testing

/// Random values never change anything except their own placeholders.
@Suite struct PlaceholderFuzzTests {
    private static let rounds = 1500

    /// Fragments of values that try to break out.
    private static let pieces = [
        "<a>", "{{b}}", "{a}", "<", ">", "{", "}", "\"", "'", "\\", "/", "//", "?", "#", "&", "=",
        ";", ":", "@", "%", "%2F", "%2e", ".", "..", "../", "\r\n", "\n", "\r", "\t", " ", "+",
        "\0", "\u{1}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FFFE}", "\u{FFFF}", "é", "漢", "😀",
        "]]>", "-->", "<!--", "&amp;", "</p>", "</from>", "<script>", "null", "true", "\\u0000",
        "x", "name", "Set-Cookie: a=b", "\u{202E}", "e\u{301}",
    ]

    private static func text(_ random: inout SeededRandom) -> String {
        let count = Int.random(in: 0...6, using: &random)
        return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func value(_ random: inout SeededRandom, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0...(depth < 2 ? 9 : 6), using: &random) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &random))
        case 2: .integer(Int.random(in: -1000...1000, using: &random))
        case 7:
            .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    value(&random, depth: depth + 1)
                })
        case 8:
            .object([
                text(&random): value(&random, depth: depth + 1),
                text(&random): value(&random, depth: depth + 1),
            ])
        default: .string(text(&random))
        }
    }

    private struct Case {
        let kind: String
        /// The template, with `@a@` and `@b@` for values.
        let template: String

        /// Returns the template with one of the notations for placeholders.
        func written(_ random: inout SeededRandom) -> String {
            var text = template
            for name in ["a", "b"] {
                let braces =
                    kind == "url"
                    ? ["<\(name)>", "{{\(name)}}", "{\(name)}"]
                    : kind == "xml" || kind == "html"
                        ? ["{{\(name)}}", "{{ \(name) }}"]
                        : ["<\(name)>", "{{\(name)}}"]
                text = text.replacing("@\(name)@", with: braces.randomElement(using: &random) ?? "")
            }
            return text
        }

        func filled(_ text: String, _ filler: Filler<Never>) throws -> String {
            switch kind {
            case "json": JSONTemplate(try JSONValue(parsing: text)).filled(filler)
            case "url": try URLTemplate(text).filled(filler)
            case "xml": TextTemplate(text, as: .markup(.xml)).filled(filler)
            case "html": TextTemplate(text, as: .markup(.html)).filled(filler)
            case "header": TextTemplate(text, as: .header).filled(filler)
            case "form": TextTemplate(text, as: .form).filled(filler)
            default: TextTemplate(text, as: .plain).filled(filler)
            }
        }
    }

    private static let cases = [
        Case(kind: "json", template: #"{"x":"@a@","y":["@b@"," @a@@b@ "],"z":{"@":"a","n":1.5}}"#),
        Case(kind: "url", template: "https://h.example:8443/@a@/x@b@y/@a@@b@?p=@a@&q=@b@.@a@"),
        Case(kind: "url", template: "http://[2001:db8::1]/.@a@?x=@b@"),
        Case(kind: "xml", template: #"<m k="@a@"><from>@b@</from>x @a@ y</m>"#),
        Case(kind: "html", template: #"<p title="@a@" class='@b@'>@b@<br>@a@</p>"#),
        Case(kind: "header", template: "Bearer @a@; @b@"),
        Case(kind: "form", template: "p=@a@&q=@b@.@a@"),
        Case(kind: "plain", template: "@a@, @b@ and @a@"),
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func valuesStayValues(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var lines: [String] = []
        for round in 0..<Self.rounds {
            let one = Self.cases[round % Self.cases.count]
            let values: JSONObject = ["a": Self.value(&random), "b": Self.value(&random)]
            let template = one.written(&random)
            let result = try one.filled(template) { placeholder in
                values[placeholder.name].map(Filling.init) ?? .unknown
            }
            lines.append(
                JSONValue.object([
                    "kind": .string(one.kind), "template": .string(one.template),
                    "values": .object(values), "result": .string(result),
                ]).compact)
        }
        let checked = try PythonCheck.run("placeholders", input: lines.joined(separator: "\n"))
        #expect(checked == "\(Self.rounds)\n")
    }

    /// Attributes with values get quotes, and `>` after a value is escaped, regardless of the
    /// value.
    private static func withoutQuotes(_ text: String) -> String {
        text.replacing("&gt;", with: ">").replacing("&quot;", with: "").replacing("\"", with: "")
    }

    /// No text crashes the parsers, and without values the text is unchanged.
    @Test(arguments: [4, 5] as [UInt64])
    func anyTextIsATemplate(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<3000 {
            let text = Self.text(&random) + "<a>" + Self.text(&random)
            for kind in [TextTemplate.Kind.plain, .header, .form] {
                #expect(TextTemplate(text, as: kind).filled(filler([:])) == text)
            }
            for language in [MarkupLanguage.xml, .html] {
                let filled = TextTemplate(text, as: .markup(language)).filled(filler([:]))
                #expect(Self.withoutQuotes(filled) == Self.withoutQuotes(text))
            }
            let value = JSONValue.object(["k": .string(text)])
            #expect(JSONTemplate(value).filled(filler([:])) == value.compact)
            let url = try? URLTemplate("https://h.example/" + text)
            #expect(url?.filled(filler([:])).hasPrefix("https://h.example/") == true)
        }
    }
}
