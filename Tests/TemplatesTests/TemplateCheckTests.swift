import Templates
import Testing

@Suite struct TemplateCheckTests {
    private static let shape: TemplateValue = [
        "company": "Example", "totals": ["failed": "1"], "note": .none,
        "endpoints": [["title": "a", "reasons": [["label": "b"]]]],
    ]

    private func mistakes(
        _ source: String, partials: [String: String] = [:]
    ) throws -> [String] {
        let parsed = try Dictionary(
            uniqueKeysWithValues: partials.map { ($0.key, try Template($0.value, name: $0.key)) })
        return try Template(source, name: "report-text")
            .check(against: Self.shape, partials: parsed).map(\.description)
    }

    @Test func `known names are valid`() throws {
        let source = """
            {{company}}{{note}}{{#note}}{{.}}{{/note}}{{totals.failed}}
            {{#endpoints}}{{title}}{{company}}{{#reasons}}{{label}}{{/reasons}}{{/endpoints}}
            {{^endpoints}}{{company}}{{/endpoints}}
            """
        #expect(try mistakes(source) == [])
    }

    @Test func `an unknown section has a suggestion`() throws {
        let source = String(repeating: "\n", count: 11) + "       {{#endponts}}{{/endponts}}"
        #expect(
            try mistakes(source)
                == ["report-text:12:8: unknown section 'endponts'; did you mean 'endpoints'?"])
    }

    @Test func `every unknown name is reported, in order`() throws {
        #expect(
            try mistakes("{{compnay}} {{#endpoints}}{{titel}}{{/endpoints}}{{^what}}{{/what}}")
                == [
                    "report-text:1:1: unknown name 'compnay'; did you mean 'company'?",
                    "report-text:1:27: unknown name 'titel'; did you mean 'title'?",
                    "report-text:1:50: unknown section 'what'",
                ])
    }

    @Test func `only the wrong part of a dotted name is corrected`() throws {
        #expect(
            try mistakes("{{totals.faild}}\n{{totls.failed}}")
                == [
                    "report-text:1:1: unknown name 'totals.faild'; did you mean 'totals.failed'?",
                    "report-text:2:1: unknown name 'totls.failed'; did you mean 'totals.failed'?",
                ])
    }

    @Test func `a name of a list item is unknown outside of its section`() throws {
        #expect(try mistakes("{{title}}") == ["report-text:1:1: unknown name 'title'"])
    }

    @Test func `partials are checked where they are included`() throws {
        #expect(
            try mistakes(
                "{{>row}}{{#endpoints}}{{>row}}{{/endpoints}}{{>rwo}}",
                partials: ["row": "\n{{title}}"]
            ) == [
                "row:2:1: unknown name 'title'",
                "report-text:1:45: unknown partial 'rwo'; did you mean 'row'?",
            ])
    }

    @Test func `an endless partial is reported with its cycle`()
        throws
    {
        #expect(
            try mistakes("{{>row}}", partials: ["row": "{{company}}{{>row}}"]) == [
                "row:1:12: partial 'row' includes itself recursively: row → row"
            ])
        #expect(
            try mistakes("{{>a}}", partials: ["a": "{{>b}}", "b": "\n {{>c}}", "c": "{{>a}}"]) == [
                "c:1:1: partial 'a' includes itself recursively: a → b → c → a"
            ])
        #expect(
            try mistakes("{{>report-text}}", partials: ["report-text": "{{>report-text}}"]) == [
                "report-text:1:1: partial 'report-text' includes itself recursively: "
                    + "report-text → report-text"
            ])
    }

    @Test(arguments: [
        "{{#endpoints}}{{>row}}{{/endpoints}}", "{{^note}}{{>row}}{{/note}}",
        "{{#totals}}{{#endpoints}}{{>row}}{{/endpoints}}{{/totals}}",
        "{{#endpoints}}{{#reasons}}{{>row}}{{/reasons}}{{/endpoints}}{{>row}}",
    ])
    func `a section that does not change does not end a partial`(_ source: String) throws {
        let found = try mistakes("{{>row}}", partials: ["row": source])
        #expect(!found.isEmpty && found.allSatisfy { $0.contains("recursively: row → row") })
    }

    @Test func `a recursive partial ends with its values`() throws {
        let tree: TemplateValue = [
            "name": "a",
            "children": [
                ["name": "b", "children": [["name": "c", "children": .list([])]]]
            ],
        ]
        let node = try Template("{{name}}{{#children}}{{>node}}{{/children}}", name: "node")
        let found = try Template("{{>node}}", name: "root")
            .check(against: tree, partials: ["node": node])
        // The innermost list is empty in the sample and not empty in other values.
        #expect(found.allSatisfy { "\($0)".contains("recursively") })
    }

    @Test func `many partials that include each other are checked quickly`() throws {
        let names = (0..<12).map { "p\($0)" }
        let everything = names.map { "{{#totals}}{{>\($0)}}{{/totals}}{{>\($0)}}" }.joined()
        let partials = Dictionary(uniqueKeysWithValues: names.map { ($0, everything) })
        #expect(try !mistakes("{{>p0}}", partials: partials).isEmpty)
    }
}
