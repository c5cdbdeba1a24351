import Templates
import Testing

/// The module `partials` of the specification, and the limit that it leaves unspecified.
@Suite struct PartialTests {
    @Test(arguments: cases) func `includes partials as specified`(
        example: SpecificationCase
    ) throws {
        try example.expectOutput()
    }

    @Test func `indentation accumulates over nested partials and applies to every line`() throws {
        try SpecificationCase(
            "", "a:\n  {{>outer}}\nz\n", "a:\n  b:\n    - 1\n    - 2\n  y\nz\n",
            data: ["rows": ["1", "2"]],
            partials: [
                "outer": "b:\n  {{>inner}}\ny\n", "inner": "{{#rows}}\n- {{.}}\n{{/rows}}\n",
            ]
        ).expectOutput()
    }

    @Test func `an endless partial is an error at the tag that includes it`() throws {
        let loop = try Template("around\n {{>loop}}", name: "loop.mustache")
        let error = #expect(throws: TemplateError.self) {
            try loop.render([:], partials: ["loop": loop], escape: .none)
        }
        #expect(
            error?.description == """
                loop.mustache:2:2: partial 'loop' is nested more than 100 levels \
                deep; check whether it includes itself
                """)
    }

    private static let tree: TemplateValue = [
        "word": "a", "nodes": [["word": "b", "nodes": []], ["word": "c", "nodes": []]],
    ]

    private static let cases = [
        SpecificationCase("Basic Behavior", "<{{>p}}>", "<partial>", partials: ["p": "partial"]),
        SpecificationCase("Failed Lookup", "<{{>p}}>", "<>"),
        SpecificationCase(
            "Context", "<{{>p}}>", "<*word*>", data: ["w": "word"], partials: ["p": "*{{w}}*"]),
        SpecificationCase(
            "Recursion", "{{>node}}", "a(b()c())", data: tree,
            partials: ["node": "{{word}}({{#nodes}}{{>node}}{{/nodes}})"]),
        SpecificationCase(
            "Nested", "{{>outer}}", "*a b!*", data: ["a": "a", "b": "b"],
            partials: ["outer": "*{{a}} {{>inner}}*", "inner": "{{b}}!"]),
        SpecificationCase(
            "Surrounding Whitespace", ". {{>p}} .", ". \t.\t .", partials: ["p": "\t.\t"]),
        SpecificationCase(
            "Inline Indentation", "  {{w}}  {{> p}}\n", "  .  +\n+\n", data: ["w": "."],
            partials: ["p": "+\n+"]),
        SpecificationCase(
            "Standalone Line Endings", "a\r\n{{>p}}\r\nb", "a\r\n+b", partials: ["p": "+"]),
        SpecificationCase(
            "Standalone Without Previous Line", "  {{>p}}\na", "  +\n  +a", partials: ["p": "+\n+"]),
        SpecificationCase(
            "Standalone Without Newline", "a\n  {{>p}}", "a\n  +\n  +", partials: ["p": "+\n+"]),
        SpecificationCase(
            "Standalone Indentation", "a\n {{>p}}\nz\n", "a\n .\n x\ny\n .\nz\n",
            data: ["w": "x\ny"], partials: ["p": ".\n{{{w}}}\n.\n"]),
        SpecificationCase("Padding Whitespace", "<{{> p }}>", "<[]>", partials: ["p": "[]"]),
    ]
}
