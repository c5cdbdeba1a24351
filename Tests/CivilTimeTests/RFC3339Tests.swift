import CivilTime
import TestSupport
import Testing

@Suite struct RFC3339Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2026-11-20T17:00:00Z", 1_795_194_000_000),
        ("2026-11-20t17:00:00z", 1_795_194_000_000),
        ("2026-11-20 17:00:00Z", 1_795_194_000_000),
        ("2026-11-20T22:30:00+05:30", 1_795_194_000_000),
        ("2026-11-20T13:00:00-04:00", 1_795_194_000_000),
        ("2026-11-20T17:00:00-00:00", 1_795_194_000_000),
        ("2026-11-20T17:00:00.5Z", 1_795_194_000_500),
        ("2026-11-20T17:00:00.05Z", 1_795_194_000_050),
        ("2026-11-20T17:00:00.1239999999999999999999999Z", 1_795_194_000_123),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2016-12-31T23:59:60.9Z", 1_483_228_800_000),
        ("2017-01-01T05:29:60+05:30", 1_483_228_800_000),
        ("2024-02-29T00:00:00+23:59", 1_709_078_460_000),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func parsesTimestamps(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T17:00:00", "2026-11-20T17:00Z", "2026-11-20T24:00:00Z",
        "2026-11-20T17:60:00Z", "2026-11-20T17:00:61Z", "2026-02-29T17:00:00Z",
        "2026-11-31T17:00:00Z", "2026-11-20T17:00:00.Z", "2026-11-20T17:00:00,5Z",
        "2026-11-20T17:00:00+0530", "2026-11-20T17:00:00+05", "2026-11-20T17:00:00+24:00",
        "2026-11-20T17:00:00+05:60", "2026-11-20T17:00:00Z ", " 2026-11-20T17:00:00Z",
        "2026-11-20T17:00:00ZZ", "2026-11-20_17:00:00Z", "2026-11-20  17:00:00Z",
        "+2026-11-20T17:00:00Z", "20261-11-20T17:00:00Z", "2026-1-20T17:00:00Z",
        "2026-11-20T7:00:00Z", "2026-11-20T17:00:00\u{2212}05:00", "２026-11-20T17:00:00Z",
        "2026-11-20T17:00:00Z\0", "1795194000",
    ])
    func rejectsInvalidTimestamps(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func parsesATimestampInsideABuffer() {
        let line = Array(#"{"at":"2026-11-20T17:00:00Z"}"#.utf8)
        let instant = line.withUnsafeBytes {
            Instant(rfc3339: UnsafeRawBufferPointer(rebasing: $0[7..<27]))
        }
        #expect(instant?.milliseconds == 1_795_194_000_000)
    }

    @Test func formatsMillisecondsOnlyIfNotZero() {
        #expect(Instant(milliseconds: 1_795_194_000_000).rfc3339 == "2026-11-20T17:00:00Z")
        #expect(Instant(milliseconds: 1_795_194_000_007).rfc3339 == "2026-11-20T17:00:00.007Z")
        #expect(Instant(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(Instant(milliseconds: 951_868_799_050).rfc3339 == "2000-02-29T23:59:59.050Z")
    }

    @Test func formatsYearsWithMoreThanFourDigits() {
        #expect(Instant(seconds: 253_402_300_800).rfc3339 == "10000-01-01T00:00:00Z")
        #expect(Instant(seconds: -62_167_219_200).rfc3339 == "0000-01-01T00:00:00Z")
        #expect(Instant(seconds: -62_167_219_201).rfc3339 == "-0001-12-31T23:59:59Z")
    }

    @Test(arguments: [
        ("Asia/Kolkata", "2026-11-20T22:30:00.250+05:30"),
        ("America/St_Johns", "2026-11-20T13:30:00.250-03:30"),
        ("UTC", "2026-11-20T17:00:00.250+00:00"),
    ])
    func formatsTheOffsetOfTheZone(name: String, expected: String) throws {
        let zone = try system.zone(named: name)
        #expect(Instant(milliseconds: 1_795_194_000_250).rfc3339(in: zone) == expected)
    }

    @Test func roundsOffsetsWithSecondsToMinutes() throws {
        let kolkata = try system.zone(named: "Asia/Kolkata")
        let instant = try utc("1850-01-01T00:00:00Z")
        #expect(kolkata.offset(at: instant).description == "+05:53:28")
        #expect(instant.rfc3339(in: kolkata) == "1850-01-01T05:53:00+05:53")
    }

    @Test func timestampsRoundTripInEveryZone() throws {
        var random = SeededRandom(seed: 3339)
        for name in system.names() {
            let zone = try system.zone(named: name)
            let range: ClosedRange<Int64> = -60_000_000_000_000...250_000_000_000_000
            let instant = Instant(milliseconds: .random(in: range, using: &random))
            #expect(Instant(rfc3339: instant.rfc3339(in: zone)) == instant, "\(name)")
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }
}
