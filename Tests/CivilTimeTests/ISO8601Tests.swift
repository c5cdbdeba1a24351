import CivilTime
import TestSupport
import Testing

@Suite struct ISO8601Tests {
    private func instant(_ text: String) -> Instant? {
        Array(text.utf8).withUnsafeBytes { Instant(iso8601: $0) }
    }

    private func lacksOffset(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { Instant.isTimeWithoutOffset(iso8601: $0) }
    }

    @Test(arguments: [
        ("2026-11-20T17:00Z", 1_795_194_000_000), ("2026-11-20 17:00z", 1_795_194_000_000),
        ("2026-11-20T22:30+05:30", 1_795_194_000_000), ("2026-11-20T22:30+0530", 1_795_194_000_000),
        ("2026-11-20T13:00-04", 1_795_194_000_000), ("2026-11-20T17:00:00Z", 1_795_194_000_000),
        ("2026-11-20T17:00:00,5Z", 1_795_194_000_500),
        ("2026-11-20T17:00:00.05Z", 1_795_194_000_050),
        ("2026-11-20T17:00:00,1239Z", 1_795_194_000_123),
    ])
    func parsesReducedForms(text: String, milliseconds: Int64) {
        #expect(instant(text)?.milliseconds == milliseconds)
        #expect(!lacksOffset(text))
    }

    @Test(arguments: ["2026-11-20T17:00", "2026-11-20 17:00:00", "2026-11-20T17:00:00,25"])
    func findsMissingOffset(text: String) {
        #expect(instant(text) == nil)
        #expect(lacksOffset(text))
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T17", "2026-11-20T17Z", "2026-11-20T24:00Z",
        "2026-11-20T17:60Z",
        "2026-02-29T17:00Z", "2026-11-20T17:00.5Z", "2026-11-20T17:00:00.Z", "2026-11-20T17:00+5",
        "2026-11-20T17:00+053", "2026-11-20T17:00+05:", "2026-11-20T17:00+24", "2026-11-20T17:00ZZ",
        "2026-11-20T17:00+05:60", "20.11.2026 17:00", "11/20/2026 17:00",
    ])
    func rejectsOtherText(text: String) {
        #expect(instant(text) == nil)
        #expect(!lacksOffset(text))
    }

    /// If both parsers accept a text, they return the same instant.
    @Test func agreesWithRFC3339() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: 0...253_402_300_799, using: &random)
            let text = Instant(milliseconds: seconds * 1000 + seconds % 1000).rfc3339
            #expect(instant(text) == Instant(rfc3339: text))
        }
    }
}
