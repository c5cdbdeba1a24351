import CivilTime
import Testing

@Suite struct TimeArgumentTests {
    @Test(arguments: [
        ("2026-11-20T17:00:00Z", "2026-11-20T17:00:00Z"),
        ("2026-11-20T17:00:00+05:30", "2026-11-20T11:30:00Z"),
        ("2026-11-20T17:00Z", "2026-11-20T17:00:00Z"),
        ("2026-11-20T17:00+05:30", "2026-11-20T11:30:00Z"),
        ("2026-11-20 17:00+00:00", "2026-11-20T17:00:00Z"),
        ("2026-11-20T17:00:00,5+0530", "2026-11-20T11:30:00.500Z"),
        ("2026-11-20", "2026-11-19T23:00:00Z"),
        ("2026-11-20T17:00", "2026-11-20T16:00:00Z"),
        ("2026-11-20 17:00", "2026-11-20T16:00:00Z"),
        ("2026-07-20T17:00:30", "2026-07-20T15:00:30Z"),
        ("2025-03-30T02:30", "2025-03-30T01:30:00Z"),
        ("2025-10-26T02:30", "2025-10-26T00:30:00Z"),
    ])
    func parsesTimesInTheZone(text: String, expected: String) throws {
        let berlin = try system.zone(named: "Europe/Berlin")
        #expect(try TimeArgument.instant(text, in: berlin).rfc3339 == expected)
    }

    @Test(arguments: [
        "tomorrow", "2026-02-30", "2026-11-20T", "2026-11-20T17", "2026-11-20T24:00", "17:00", "",
    ])
    func invalidTimesAreReportedWithAnExample(text: String) {
        let error = #expect(throws: TimeArgumentError.self) {
            try TimeArgument.instant(text, in: .utc)
        }
        #expect(
            error?.description
                == "'\(text)' is not a valid time; use 2026-03-29, 2026-03-29T17:00 or "
                + "2026-03-29T17:00:00+02:00")
    }
}
