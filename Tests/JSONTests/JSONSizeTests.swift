import JSON
import TestSupport
import Testing

@Suite struct JSONSizeTests {
    @Test func sizeMatchesTheText() throws {
        var random = SeededRandom(seed: 17)
        for _ in 1...2_000 {
            let value = Self.value(depth: 3, &random)
            #expect(value.compactCount == value.compactBytes.count, "\(value.compact)")
        }
    }

    private static func value(depth: Int, _ random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .boolean(.random(using: &random))
        case 2: .integer(.random(in: -1_000...1_000_000, using: &random))
        case 3, 4: .string(text(&random))
        case 5:
            .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    value(depth: depth - 1, &random)
                })
        default:
            .object(
                (0..<Int.random(in: 0...3, using: &random)).reduce(into: JSONObject()) {
                    object, _ in
                    object[text(&random)] = value(depth: depth - 1, &random)
                })
        }
    }

    /// Contains every kind of character that is escaped.
    private static func text(_ random: inout SeededRandom) -> String {
        let kinds: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\r", "\t", "\0", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}",
            "\u{A0}", "ä", "€", "😀", "/",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            text.unicodeScalars.append(kinds.randomElement(using: &random) ?? "a")
        }
        return text
    }
}
