import CivilTime
import TestSupport
import Testing

/// No text traps a parser, and accepted times round-trip.
@Suite struct TimeFuzzTests {
    private static let bytes = Array("0123456789-:.+TtZz _,\u{0}é٣".utf8)

    private func mutated(_ text: String, _ random: inout SeededRandom) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let byte = Self.bytes.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where bytes.count > 1: bytes.remove(at: index)
            case 1: bytes.insert(byte, at: index)
            default: bytes[index] = byte
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func noTimestampTraps() {
        var random = SeededRandom(seed: 3339)
        var taken = 0
        let texts = ["2026-11-20T17:00:00Z", "0000-01-01T00:00:00.999+23:59"]
        for round in 0..<40_000 {
            let text = mutated(texts[round % 2], &random)
            guard let instant = Instant(rfc3339: text) else { continue }
            taken += 1
            // Before year 0 and after 9999, the offset may move the time to a year that cannot be
            // parsed.
            guard (-62_167_219_200_000..<253_402_300_800_000).contains(instant.milliseconds)
            else { continue }
            #expect(Instant(rfc3339: instant.rfc3339) == instant, "\(text)")
        }
        #expect(taken > 500)
    }

    @Test func noTimeArgumentTraps() throws {
        var random = SeededRandom(seed: 1)
        let zone = try system.zone(named: "America/St_Johns")
        var taken = 0
        for round in 0..<20_000 {
            let texts = ["2026-03-29", "9999-12-31T23:59", "0001-01-01T00:00:00"]
            if (try? TimeArgument.instant(mutated(texts[round % 3], &random), in: zone)) != nil {
                taken += 1
            }
        }
        #expect(taken > 500)
    }
}
