import JSON
import TestSupport
import Testing

/// Compares random texts with Python's json module: both return the same value or reject the text.
@Suite struct JSONFuzzTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func matchesPython(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let texts = (0..<3000).map { _ in Self.text(&random) }
        let theirs = try PythonCheck.run("json_values", input: texts.joined(separator: "\n"))
            .split(separator: "\n", omittingEmptySubsequences: false)
        try #require(theirs.count == texts.count)
        for (text, expected) in zip(texts, theirs) {
            #expect(Self.reading(of: text) == expected, "seed \(seed): \(text)")
        }
        let refused = theirs.count { $0 == "refused" }
        #expect(300..<2700 ~= refused, "the texts should be a mix of valid and invalid")
    }

    private static func reading(of text: String) -> String {
        (try? JSONValue(parsing: text, .lenient)).map(words) ?? "refused"
    }

    /// Formats a value in a form that is easy to produce in other languages.
    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .boolean(let flag): "\(flag)"
        case .number(let number): number.text
        case .string(let text): words(text)
        case .array(let items): "[" + items.map(words).joined(separator: ",") + "]"
        case .object(let object):
            "{"
                + object.members.map { words($0.name) + ":" + words($0.value) }
                .joined(separator: ",") + "}"
        }
    }

    private static func words(_ text: String) -> String {
        "'" + text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") + "'"
    }

    // MARK: Texts

    private static func text(_ random: inout SeededRandom) -> String {
        var scalars = Array(value(&random, depth: 0).unicodeScalars)
        guard Int.random(in: 0..<3, using: &random) == 0 else {
            return String(String.UnicodeScalarView(scalars))
        }
        let start = Int.random(in: 0..<scalars.count, using: &random)
        let end = min(scalars.count, start + Int.random(in: 0...2, using: &random))
        let piece = pieces.randomElement(using: &random) ?? ""
        scalars.replaceSubrange(start..<end, with: Array(piece.unicodeScalars))
        return String(String.UnicodeScalarView(scalars))
    }

    private static func value(_ random: inout SeededRandom, depth: Int) -> String {
        let space = [" ", "", "", "\t"].randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &random) {
        case 0: return space + (words.randomElement(using: &random) ?? "0")
        case 1, 2: return (numbers.randomElement(using: &random) ?? "0") + space
        case 3, 4: return string(&random)
        case 5: return "[" + items(&random) { value(&$0, depth: depth + 1) } + "]"
        default:
            return "{" + items(&random) { string(&$0) + ":" + value(&$0, depth: depth + 1) } + "}"
        }
    }

    private static func items(
        _ random: inout SeededRandom, _ item: (inout SeededRandom) -> String
    ) -> String {
        let count = Int.random(in: 0...4, using: &random)
        return (0..<count).map { _ in item(&random) }.joined(separator: ",")
    }

    /// Uses few letters, so that names are repeated.
    private static func string(_ random: inout SeededRandom) -> String {
        let count = Int.random(in: 0...2, using: &random)
        let inside = (0..<count).map { _ in letters.randomElement(using: &random) ?? "" }
        return "\"" + inside.joined() + "\""
    }

    private static let words = ["null", "true", "false"]
    private static let numbers = [
        "0", "-0", "7", "-1.50", "1e5", "1E+05", "2e-3", "9007199254740993", "1e400", "0.1",
        "123456789012345678901234567890",
    ]
    private static let letters = [
        "a", "b", "é", "😀", "\\n", "\\\"", "\\/", "\\u0061", "\\u00e9", "\\ud83d", "\\ude00",
        "\\ud83d\\ude00", "\\uD83D", "\\u0000", "\u{7F}", "\u{FFFD}",
    ]
    private static let pieces = [
        "", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "+", "nul", "NaN", "'",
        "\u{1}", "\t", "\u{A0}", "\\x", "\\u12", "\\ud83d", "//", "Infinity", "01", "\u{2028}",
    ]
}
