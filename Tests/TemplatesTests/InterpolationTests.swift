import Templates
import Testing

/// The module `interpolation` of the specification.
@Suite struct InterpolationTests {
    @Test(arguments: cases) func `interpolates as specified`(example: SpecificationCase) throws {
        try example.expectOutput()
    }

    private static let cases = plain + absent + dotted + iterators + whitespace

    private static let marks: TemplateValue = ["marks": "<a> & \"b\""]
    private static let count: TemplateValue = ["count": "85"]
    private static let ratio: TemplateValue = ["ratio": "0.98"]

    private static let plain = [
        SpecificationCase("No Interpolation", "Nothing {here} to do", "Nothing {here} to do"),
        SpecificationCase(
            "Basic Interpolation", "Dear {{who}},\n", "Dear Ada,\n", data: ["who": "Ada"]),
        SpecificationCase(
            "No Re-interpolation", "{{a}}", "{{b}}", data: ["a": "{{b}}", "b": "wrong"]),
        SpecificationCase(
            "HTML Escaping", "[{{marks}}]", "[&lt;a&gt; &amp; &quot;b&quot;]", data: marks),
        SpecificationCase("Triple Mustache", "[{{{marks}}}]", "[<a> & \"b\"]", data: marks),
        SpecificationCase("Ampersand", "[{{&marks}}]", "[<a> & \"b\"]", data: marks),
        SpecificationCase(
            "Basic Integer Interpolation", "{{count}} calls", "85 calls", data: count),
        SpecificationCase(
            "Triple Mustache Integer Interpolation", "{{{count}}} calls", "85 calls", data: count),
        SpecificationCase(
            "Ampersand Integer Interpolation", "{{&count}} calls", "85 calls", data: count),
        SpecificationCase("Basic Decimal Interpolation", "{{ratio}} of", "0.98 of", data: ratio),
        SpecificationCase(
            "Triple Mustache Decimal Interpolation", "{{{ratio}}} of", "0.98 of", data: ratio),
        SpecificationCase(
            "Ampersand Decimal Interpolation", "{{&ratio}} of", "0.98 of", data: ratio),
    ]

    private static let absent = [
        SpecificationCase("Basic Null Interpolation", "<{{x}}>", "<>", data: ["x": .none]),
        SpecificationCase(
            "Triple Mustache Null Interpolation", "<{{{x}}}>", "<>", data: ["x": .none]),
        SpecificationCase("Ampersand Null Interpolation", "<{{&x}}>", "<>", data: ["x": .none]),
        SpecificationCase("Basic Context Miss Interpolation", "<{{x}}>", "<>"),
        SpecificationCase("Triple Mustache Context Miss Interpolation", "<{{{x}}}>", "<>"),
        SpecificationCase("Ampersand Context Miss Interpolation", "<{{&x}}>", "<>"),
    ]

    private static let city: TemplateValue = ["city": ["name": "Pune"]]
    private static let deep: TemplateValue = ["a": ["b": ["c": ["d": ["e": "deep"]]]]]

    private static let dotted = [
        SpecificationCase(
            "Dotted Names - Basic Interpolation",
            "{{city.name}} is {{#city}}{{name}}{{/city}}", "Pune is Pune", data: city),
        SpecificationCase(
            "Dotted Names - Triple Mustache Interpolation",
            "{{{city.name}}} is {{#city}}{{{name}}}{{/city}}", "Pune is Pune", data: city),
        SpecificationCase(
            "Dotted Names - Ampersand Interpolation",
            "{{&city.name}} is {{#city}}{{&name}}{{/city}}", "Pune is Pune", data: city),
        SpecificationCase("Dotted Names - Arbitrary Depth", "{{a.b.c.d.e}}", "deep", data: deep),
        SpecificationCase("Dotted Names - Broken Chains", "<{{a.b.c}}>", "<>", data: ["a": [:]]),
        SpecificationCase(
            "Dotted Names - Broken Chain Resolution", "<{{a.b.name}}>", "<>",
            data: ["a": ["b": [:]], "name": "wrong"]),
        SpecificationCase(
            "Dotted Names - Initial Resolution", "{{#a}}{{b.name}}{{/a}}", "right",
            data: ["a": ["b": ["name": "right"]], "b": ["name": "wrong"]]),
        SpecificationCase(
            "Dotted Names - Context Precedence", "<{{#a}}{{b.c}}{{/a}}>", "<>",
            data: ["a": ["b": [:]], "b": ["c": "wrong"]]),
        SpecificationCase(
            "Dotted Names are never single keys", "<{{a.b}}>", "<>", data: ["a.b": "wrong"]),
        SpecificationCase(
            "Dotted Names - No Masking", "{{a.b}}", "right",
            data: ["a.b": "wrong", "a": ["b": "right"]]),
    ]

    private static let iterators = [
        SpecificationCase(
            "Implicit Iterators - Basic Interpolation", "Dear {{.}},", "Dear Ada,", data: "Ada"),
        SpecificationCase(
            "Implicit Iterators - HTML Escaping", "{{.}}", "&lt;&amp;&gt;", data: "<&>"),
        SpecificationCase("Implicit Iterators - Triple Mustache", "{{{.}}}", "<&>", data: "<&>"),
        SpecificationCase("Implicit Iterators - Ampersand", "{{&.}}", "<&>", data: "<&>"),
        SpecificationCase(
            "Implicit Iterators - Basic Integer Interpolation", "{{.}} calls", "85 calls",
            data: "85"),
    ]

    private static let dash: TemplateValue = ["dash": "--"]

    private static let whitespace = [
        SpecificationCase(
            "Interpolation - Surrounding Whitespace", ". {{dash}} .", ". -- .", data: dash),
        SpecificationCase(
            "Triple Mustache - Surrounding Whitespace", ". {{{dash}}} .", ". -- .", data: dash),
        SpecificationCase(
            "Ampersand - Surrounding Whitespace", ". {{&dash}} .", ". -- .", data: dash),
        SpecificationCase("Interpolation - Standalone", "  {{dash}}\n", "  --\n", data: dash),
        SpecificationCase("Triple Mustache - Standalone", "  {{{dash}}}\n", "  --\n", data: dash),
        SpecificationCase("Ampersand - Standalone", "  {{&dash}}\n", "  --\n", data: dash),
        SpecificationCase("Interpolation With Padding", "({{ dash }})", "(--)", data: dash),
        SpecificationCase("Triple Mustache With Padding", "({{{ dash }}})", "(--)", data: dash),
        SpecificationCase("Ampersand With Padding", "({{& dash }})", "(--)", data: dash),
    ]
}
