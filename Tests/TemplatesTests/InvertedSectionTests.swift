import Templates
import Testing

/// The module `inverted` of the specification.
@Suite struct InvertedSectionTests {
    @Test(arguments: cases) func `renders inverted sections as specified`(
        example: SpecificationCase
    ) throws {
        try example.expectOutput()
    }

    @Test func `an inverted section does not change the current item`() throws {
        let template = try Template("{{#list}}{{^x}}{{.}}{{/x}}{{/list}}", name: "t")
        #expect(try template.render(["list": ["a", "b"]], escape: .none) == "ab")
    }

    private static let cases = truth + dotted + whitespace

    private static let yes: TemplateValue = ["on": true]
    private static let no: TemplateValue = ["on": false]

    private static let truth = [
        SpecificationCase("Falsey", "<{{^on}}shown{{/on}}>", "<shown>", data: no),
        SpecificationCase("Truthy", "<{{^on}}hidden{{/on}}>", "<>", data: yes),
        SpecificationCase(
            "Null is falsey", "<{{^on}}shown{{/on}}>", "<shown>", data: ["on": .none]),
        SpecificationCase(
            "Context", "<{{^city}}hidden{{/city}}>", "<>", data: ["city": ["name": "Pune"]]),
        SpecificationCase(
            "List", "<{{^rows}}hidden{{/rows}}>", "<>", data: ["rows": [["n": "1"], ["n": "2"]]]),
        SpecificationCase("Empty List", "<{{^rows}}shown{{/rows}}>", "<shown>", data: ["rows": []]),
        SpecificationCase(
            "Doubled", "{{^on}}\n1 one\n{{/on}}\n2 {{two}}\n{{^on}}\n3 three\n{{/on}}\n",
            "1 one\n2 two\n3 three\n", data: ["on": false, "two": "two"]),
        SpecificationCase(
            "Nested (Falsey)", "1 {{^on}}2 {{^on}}3{{/on}} 4{{/on}} 5", "1 2 3 4 5", data: no),
        SpecificationCase(
            "Nested (Truthy)", "1 {{^on}}2 {{^on}}3{{/on}} 4{{/on}} 5", "1  5", data: yes),
        SpecificationCase("Context Misses", "<{{^absent}}shown{{/absent}}>", "<shown>"),
    ]

    private static let dotted = [
        SpecificationCase(
            "Dotted Names - Truthy", "<{{^a.b.c}}hidden{{/a.b.c}}>", "<>",
            data: ["a": ["b": ["c": true]]]),
        SpecificationCase(
            "Dotted Names - Falsey", "<{{^a.b.c}}shown{{/a.b.c}}>", "<shown>",
            data: ["a": ["b": ["c": false]]]),
        SpecificationCase(
            "Dotted Names - Broken Chains", "<{{^a.b.c}}shown{{/a.b.c}}>", "<shown>",
            data: ["a": [:]]),
    ]

    private static let whitespace = [
        SpecificationCase(
            "Surrounding Whitespace", " . {{^on}}\t.\t{{/on}} . \n", " . \t.\t . \n", data: no),
        SpecificationCase(
            "Internal Whitespace", " . {{^on}} {{! kept }}\n {{/on}} . \n", " .  \n  . \n",
            data: no),
        SpecificationCase(
            "Indented Inline Sections", " {{^on}}a{{/on}}\n {{^on}}b{{/on}}\n", " a\n b\n",
            data: no),
        SpecificationCase(
            "Standalone Lines", "a\n{{^on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n", data: no),
        SpecificationCase(
            "Standalone Indented Lines", "a\n  {{^on}}\nb\n\t{{/on}}\nc\n", "a\nb\nc\n", data: no),
        SpecificationCase(
            "Standalone Line Endings", "a\r\n{{^on}}\r\n{{/on}}\r\nb", "a\r\nb", data: no),
        SpecificationCase(
            "Standalone Without Previous Line", "  {{^on}}\na{{/on}}\nb", "a\nb", data: no),
        SpecificationCase(
            "Standalone Without Newline", "a{{^on}}\nb\n  {{/on}}", "a\nb\n", data: no),
        SpecificationCase("Padding", "<{{^ on }}={{/ on }}>", "<=>", data: no),
    ]
}
