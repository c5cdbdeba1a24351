import TestSupport
import Testing

@testable import CommandLine

/// No command line traps, and every message is printable.
@Suite struct ArgumentFuzzTests {
    private static let pieces = [
        "import", "show", "help", "-", "--", "--strict", "--lenient", "--format", "--format=csv",
        "--format=", "--account=a", "--count", "--help", "-h", "--version", "--=", "---", "=", "",
        "--tag=", "-1", "--ta", "f", "a=b", "\u{0}", "\n", "\u{1B}[31m", "é", "e\u{301}", "😀",
        "--\u{202E}", "--strict=x", "-strict", "--format\n",
    ]

    @Test func noCommandLineTrapsOrWritesControls() {
        var random = SeededRandom(seed: 6)
        var endings: [String: Int] = [:]
        for _ in 0..<4000 {
            let words = (0..<Int.random(in: 0...6, using: &random)).map { _ in word(&random) }
            let recording = Recording()
            switch ledger.begin(words, on: recording.console) {
            case .command(let arguments):
                #expect(words.contains(arguments.command))
                endings["command", default: 0] += 1
            case .done(let status): endings["\(status)", default: 0] += 1
            }
            _ = recording.console.finish(.success)
            let told = recording.errors.text.unicodeScalars.filter { $0 != "\n" }
            #expect(!told.contains { $0.properties.generalCategory == .control }, "\(words)")
        }
        // Commands, help and errors were all reached.
        #expect(endings.values.allSatisfy { $0 > 10 } && endings.count == 3, "\(endings)")
    }

    private func word(_ random: inout SeededRandom) -> String {
        let piece = Self.pieces.randomElement(using: &random) ?? ""
        guard Int.random(in: 0..<5, using: &random) == 0 else { return piece }
        return piece + (Self.pieces.randomElement(using: &random) ?? "")
    }
}
