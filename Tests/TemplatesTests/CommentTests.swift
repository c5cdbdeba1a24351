import Templates
import Testing

/// The module `comments` of the specification.
@Suite struct CommentTests {
    @Test(arguments: cases) func `omits comments as specified`(
        example: SpecificationCase
    ) throws {
        try example.expectOutput()
    }

    private static let cases = [
        SpecificationCase("Inline", "abc{{! gone }}def", "abcdef"),
        SpecificationCase("Multiline", "abc{{!\n  gone,\n  all of it\n}}def\n", "abcdef\n"),
        SpecificationCase("Standalone", "a\n{{! gone }}\nb\n", "a\nb\n"),
        SpecificationCase("Indented Standalone", "a\n  {{! gone }}\nb\n", "a\nb\n"),
        SpecificationCase("Standalone Line Endings", "a\r\n{{! gone }}\r\nb", "a\r\nb"),
        SpecificationCase("Standalone Without Previous Line", "  {{! gone }}\na", "a"),
        SpecificationCase("Standalone Without Newline", "a\n  {{! gone }}", "a\n"),
        SpecificationCase("Multiline Standalone", "a\n{{!\ngone\n}}\nb\n", "a\nb\n"),
        SpecificationCase(
            "Indented Multiline Standalone", "a\n  {{!\n    gone\n  }}\nb\n", "a\nb\n"),
        SpecificationCase("Indented Inline", "  a {{! gone }}\n", "  a \n"),
        SpecificationCase("Surrounding Whitespace", "a {{! gone }} b", "a  b"),
        SpecificationCase(
            "Variable Name Collision", "<{{! gone }}>", "<>",
            data: ["! gone": "1", "! gone ": "2", "!gone": "3", "gone": "4"]),
    ]
}
