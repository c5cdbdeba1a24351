import TestSupport
import Testing

@testable import Mail

/// Tests with random replies, because a server may reply with anything.
@Suite struct ServerReplyFuzzTests {
    private static let pieces = [
        "250", "550", "25", "2500", "-", " ", "5.1.1", "4.", "..", "5.1.1.1", "999", "000", "é",
        "e\u{301}", "٢٥٠", "\u{0}", "\r", "\r\n", "\u{FFFD}", "😀", "", "2.0.0 OK", "\u{301}",
    ]

    @Test func noReplyTrapsAndAcceptedOnesHaveThreeDigits() {
        var random = SeededRandom(seed: 25)
        var taken = 0
        for _ in 0..<20_000 {
            let lines = (0..<Int.random(in: 0...3, using: &random)).map { _ in line(&random) }
            guard let reply = ServerReply(lines: lines) else { continue }
            taken += 1
            #expect((0...999).contains(reply.code), "\(lines)")
            #expect(lines.last?.hasPrefix("-") == false)
            #expect(reply.enhancedCode.map { (5...11).contains($0.count) } ?? true, "\(lines)")
        }
        #expect(taken > 500)
    }

    @Test func noLineTrapsTheCheckForTheLast() {
        var random = SeededRandom(seed: 26)
        for _ in 0..<20_000 {
            let line = line(&random)
            if ServerReply.isLast(line) { #expect(ServerReply(lines: [line]) != nil, "\(line)") }
        }
    }

    private func line(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...4, using: &random))
            .compactMap { _ in Self.pieces.randomElement(using: &random) }.joined()
    }
}
