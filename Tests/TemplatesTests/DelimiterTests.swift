import Templates
import Testing

/// The module `delimiters` of the specification.
@Suite struct DelimiterTests {
    @Test(arguments: cases) func `changes delimiters as specified`(
        example: SpecificationCase
    ) throws {
        try example.expectOutput()
    }

    private static let word: TemplateValue = ["word": "yes"]

    private static let cases = [
        SpecificationCase("Pair Behavior", "{{=<% %>=}}(<%word%>)", "(yes)", data: word),
        SpecificationCase("Special Characters", "({{=[ ]=}}[word])", "(yes)", data: word),
        SpecificationCase(
            "Sections",
            "{{#on}}\n{{word}} |word|\n{{/on}}\n{{= | | =}}\n|#on|\n{{word}} |word|\n|/on|\n",
            "yes |word|\n{{word}} yes\n", data: ["on": true, "word": "yes"]),
        SpecificationCase(
            "Inverted Sections",
            "{{^on}}\n{{word}} |word|\n{{/on}}\n{{= | | =}}\n|^on|\n{{word}} |word|\n|/on|\n",
            "yes |word|\n{{word}} yes\n", data: ["on": false, "word": "yes"]),
        SpecificationCase(
            "Partial Inheritence", "<{{>part}}>\n{{= | | =}}\n<|>part|>\n", "<:yes:>\n<:yes:>\n",
            data: word, partials: ["part": ":{{word}}:"]),
        SpecificationCase(
            "Post-Partial Behavior", "<{{>part}}>\n<{{word}}:|word|>\n",
            "<yes:yes>\n<yes:|word|>\n",
            data: word, partials: ["part": "{{word}}{{= | | =}}:|word|"]),
        SpecificationCase("Surrounding Whitespace", ". {{=@ @=}} .", ".  ."),
        SpecificationCase("Outlying Whitespace (Inline)", " . {{=@ @=}}\n", " . \n"),
        SpecificationCase("Standalone Tag", "a\n{{=@ @=}}\nb\n", "a\nb\n"),
        SpecificationCase("Indented Standalone Tag", "a\n  {{=@ @=}}\nb\n", "a\nb\n"),
        SpecificationCase("Standalone Line Endings", "a\r\n{{= @ @ =}}\r\nb", "a\r\nb"),
        SpecificationCase("Standalone Without Previous Line", "  {{=@ @=}}\na", "a"),
        SpecificationCase("Standalone Without Newline", "a\n  {{=@ @=}}", "a\n"),
        SpecificationCase("Pair with Padding", "<{{= @   @ =}}>", "<>"),
    ]
}
