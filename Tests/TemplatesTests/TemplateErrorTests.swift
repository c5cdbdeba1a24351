import Templates
import Testing

@Suite struct TemplateErrorTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var id: String
        var source: String
        var message: String

        var testDescription: String { id }
    }

    @Test(arguments: mistakes) func `a syntax error has a position`(
        mistake: Mistake
    ) {
        let error = #expect(throws: TemplateError.self) {
            try Template(mistake.source, name: "t")
        }
        #expect(error?.description == mistake.message)
    }

    private static let mistakes = [
        Mistake(
            id: "unclosed tag", source: "a\nb {{name",
            message: "t:2:3: this tag has no end; close it with the current delimiter, such as '}}'"
        ),
        Mistake(
            id: "unclosed triple", source: "{{{name}}",
            message: "t:1:1: this tag has no end; close it with the current delimiter, such as '}}'"
        ),
        Mistake(id: "empty tag", source: "é{{ }}", message: "t:1:2: this tag is empty"),
        Mistake(
            id: "two words", source: "{{first second}}",
            message: "t:1:1: 'first second' is not a name; names contain no spaces or empty parts"),
        Mistake(
            id: "empty part", source: "{{a..b}}",
            message: "t:1:1: 'a..b' is not a name; names contain no spaces or empty parts"),
        Mistake(
            id: "one delimiter", source: "\n\n  {{=<%=}}",
            message:
                "t:3:3: '<%' is not a pair of delimiters; use two words without '=', as in {{=<% %>=}}"
        ),
        Mistake(
            id: "equals sign in delimiter", source: "{{=<= =>=}}",
            message:
                "t:1:1: '<= =>' is not a pair of delimiters; use two words without '=', as in {{=<% %>=}}"
        ),
        Mistake(
            id: "unclosed section", source: "{{#a}}{{#b}}{{/b}}",
            message: "t:1:1: section 'a' has no end; close it with {{/a}}"),
        Mistake(
            id: "mismatched end", source: "{{#a}}\n {{/b}}",
            message: "t:2:2: {{/b}} does not match the open section 'a' (1:1); close that one first"
        ),
        Mistake(
            id: "stray end", source: "a {{/b}}",
            message: "t:1:3: {{/b}} closes a section, but none is open"),
    ]
}
