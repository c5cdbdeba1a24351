import JSON
import Placeholders
import Testing

@Suite struct TextTemplateTests {
    private func filled(
        _ text: String, _ kind: TextTemplate.Kind, _ values: [String: JSONValue]
    ) -> String {
        TextTemplate(text, as: kind).filled(filler(values))
    }

    static let values: [(JSONValue, String)] = [
        ("text", "text"), ("", ""), (.null, ""), (.boolean(true), "true"), (.integer(-5), "-5"),
        (.array([.integer(1), "a\"b"]), #"[1,"a\"b"]"#), (.object(["k": .null]), #"{"k":null}"#),
    ]

    @Test(arguments: values)
    func convertsEachTypeToText(value: JSONValue, text: String) {
        #expect(filled("=<v>=", .plain, ["v": value]) == "=\(text)=")
    }

    @Test func keepsTheDigitsOfNumbers() throws {
        let number = try JSONValue(parsing: "12345678901234567890.10")
        #expect(filled("<v>", .plain, ["v": number]) == "12345678901234567890.10")
    }

    @Test func keepsUnknownNames() {
        #expect(filled("<a> {{ b }} {c}", .plain, ["x": "1"]) == "<a> {{ b }} {c}")
    }

    @Test(arguments: [TextTemplate.Kind.plain, .markup(.xml), .markup(.html), .header, .form])
    func doesNotScanValues(kind: TextTemplate.Kind) {
        let text = filled("<a> <b>", kind, ["a": "{{b}}<b>{b}", "b": "SECOND"])
        #expect(text.components("SECOND") == 2)
    }

    @Test func preventsHeaderInjection() {
        let value: JSONValue = "a\r\nSet-Cookie: x\0\u{85}\u{2028}\tb"
        #expect(filled("v=<v>", .header, ["v": value]) == "v=a  Set-Cookie: x   \tb")
    }

    @Test func encodesFormFields() {
        #expect(
            filled("a=<v>&b=1", .form, ["v": "1&b=2 é+%"]) == "a=1%26b%3D2%20%C3%A9%2B%25&b=1")
    }
}

extension String {
    /// Returns the number of pieces when the text is split at `word`.
    func components(_ word: String) -> Int { ranges(of: word).count + 1 }
}
