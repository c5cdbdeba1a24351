import CivilTime
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Settings

@Suite struct FuzzTests {
    /// Fragments that change the meaning of a JSON5 text, and some that only look as if they did.
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "'", "\"", "\\", "/*", "*/", "//", "\n", "\r", "\u{0}",
        "\u{A0}",
        "\u{2028}", "\\u12", "\\ud83d", "\\ude00", "\\x4", "0", "-", "1e999", "0x", ".", "NaN",
        "Infinity", "null", "true", "e\u{301}", "é", "😀", "$", "companies", "sid", "'A'", "\\\r\n",
        "99999999999999999999", "password", "\\x41", "\\u0041", "\\ud83d\\ude00", "\\n", "\\'",
        "\\\n",
        "7.0", "+7", "-0x1F", "1e3", ".5", "5.", "1E-2", "x:", "y:", "'\\x78':", "\u{FEFF}",
        "[[[[[[[[", "{a:{a:{a:",
    ]

    /// The sample configuration with a few random edits.
    private static func text(_ random: inout SeededRandom) -> String {
        var scalars = Array(Configuration.example.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0..<scalars.count, using: &random)
            let end = min(scalars.count, start + Int.random(in: 0...3, using: &random))
            let piece = pieces.randomElement(using: &random) ?? ""
            scalars.replaceSubrange(start..<end, with: Array(piece.unicodeScalars))
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Short texts that consist only of fragments. They reach cases that the sample does not.
    private static func shortText(_ random: inout SeededRandom) -> String {
        let count = Int.random(in: 1...8, using: &random)
        let inside = (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
        return ["\(inside)", "{\(inside)}", "[\(inside)]", "{a: '\(inside)'}", "{a: \(inside)}"]
            .randomElement(using: &random) ?? inside
    }

    @Test func `no text traps, and every error is one printable line`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<600 {
            let text = Self.text(&random)
            for line in diagnostics(in: text) {
                #expect(line.hasPrefix("config.json: "), "\(text)")
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
        }
    }

    @Test func `accepted texts have the same value in Foundation's decoder`() {
        var random = SeededRandom(seed: 11)
        var (taken, refused) = (0, 0)
        for round in 0..<6000 {
            let text = round % 10 == 0 ? Self.text(&random) : Self.shortText(&random)
            // Foundation keeps these line breaks, although the standard removes them.
            if text.contains("\\\n") || text.contains("\\\r\n") { continue }
            guard let found = try? JSON5Parser.parse(text).value else {
                refused += 1
                continue
            }
            taken += 1
            #expect(
                found.withPlainNumbers == Self.decoded(text)?.withPlainNumbers,
                "\(text.debugDescription)")
        }
        #expect(taken > 100 && refused > 100)
    }

    @Test func `random bytes are rejected with a message`() {
        var random = SeededRandom(seed: 13)
        for _ in 0..<500 {
            let count = Int.random(in: 0...60, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let file = ConfigurationFile(name: "c", path: "/c", bytes: bytes)
            #expect(throws: ConfigurationError.self) {
                try Configuration(reading: file, zones: ZoneDatabase(environment: [:]))
            }
        }
    }

    private static func decoded(_ text: String) -> JSON5Value? {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try? decoder.decode(JSON5Value.self, from: Data(text.utf8))
    }
}
