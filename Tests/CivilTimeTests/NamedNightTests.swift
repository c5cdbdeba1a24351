import CivilTime
import Testing

/// Tests of actual nights on which clocks change, according to `zdump -v` of tz database 2026f.
@Suite struct NamedNightTests {
    struct Night: Sendable, CustomTestStringConvertible {
        var zone: String
        var local: String
        var expected: [String]
        var testDescription: String { "\(zone) \(local)" }
    }

    @Test(arguments: [
        Night(
            zone: "Europe/Berlin", local: "2025-03-30T01:59:59",
            expected: ["once", "2025-03-30T00:59:59Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-03-30T02:00",
            expected: ["never", "2025-03-30T01:00:00Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-03-30T02:59:59",
            expected: ["never", "2025-03-30T01:59:59Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-03-30T03:00",
            expected: ["once", "2025-03-30T01:00:00Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-10-26T01:59:59",
            expected: ["once", "2025-10-25T23:59:59Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-10-26T02:00",
            expected: ["twice", "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-10-26T02:59:59",
            expected: ["twice", "2025-10-26T00:59:59Z", "2025-10-26T01:59:59Z"]),
        Night(
            zone: "Europe/Berlin", local: "2025-10-26T03:00",
            expected: ["once", "2025-10-26T02:00:00Z"]),
        Night(
            zone: "Australia/Lord_Howe", local: "2025-04-06T01:45",
            expected: ["twice", "2025-04-05T14:45:00Z", "2025-04-05T15:15:00Z"]),
        Night(
            zone: "Australia/Lord_Howe", local: "2025-10-05T02:10",
            expected: ["never", "2025-10-04T15:40:00Z"]),
        Night(
            zone: "Pacific/Apia", local: "2011-12-30T17:00",
            expected: ["never", "2011-12-31T03:00:00Z"]),
        Night(
            zone: "Pacific/Apia", local: "2011-12-31T17:00",
            expected: ["once", "2011-12-31T03:00:00Z"]),
        Night(
            zone: "Pacific/Kwajalein", local: "1993-08-21T17:00",
            expected: ["never", "1993-08-22T05:00:00Z"]),
        Night(
            zone: "Pacific/Kwajalein", local: "1969-09-30T17:00",
            expected: ["twice", "1969-09-30T06:00:00Z", "1969-10-01T05:00:00Z"]),
        Night(
            zone: "Asia/Kathmandu", local: "1986-01-01T00:10",
            expected: ["never", "1985-12-31T18:40:00Z"]),
        Night(
            zone: "America/Havana", local: "2026-03-08T00:30",
            expected: ["never", "2026-03-08T05:30:00Z"]),
        Night(
            zone: "Africa/Casablanca", local: "2026-09-20T01:30",
            expected: ["twice", "2026-09-20T00:30:00Z", "2026-09-20T01:30:00Z"]),
        // The clocks do not change, only the abbreviation. No local time occurs twice.
        Night(
            zone: "America/Vancouver", local: "2026-11-01T01:30",
            expected: ["once", "2026-11-01T08:30:00Z"]),
    ])
    func localTimeOccursOnceTwiceOrNever(_ night: Night) throws {
        let zone = try system.zone(named: night.zone)
        let found: [String] =
            switch zone.wallTime(of: try civil(night.local)) {
            case .once(let instant): ["once", instant.rfc3339]
            case .never(let moved): ["never", moved.rfc3339]
            case .twice(let first, let second): ["twice", first.rfc3339, second.rfc3339]
            }
        #expect(found == night.expected)
    }

    /// Zones whose rules changed in the releases of 2026, so that older copies are wrong.
    @Test(arguments: [
        ("America/Vancouver", "2026-12-01T12:00:00Z", "2026-12-01T05:00:00-07:00", "MST"),
        ("America/Edmonton", "2026-12-01T12:00:00Z", "2026-12-01T06:00:00-06:00", "CST"),
        ("America/Winnipeg", "2026-12-01T12:00:00Z", "2026-12-01T07:00:00-05:00", "EST"),
        ("America/Havana", "2026-12-01T12:00:00Z", "2026-12-01T08:00:00-04:00", "CDT"),
        ("America/Havana", "2027-12-01T12:00:00Z", "2027-12-01T07:00:00-05:00", "CST"),
        ("Africa/Casablanca", "2026-12-01T12:00:00Z", "2026-12-01T12:00:00+00:00", "+00"),
        ("Asia/Kathmandu", "2026-12-01T12:00:00Z", "2026-12-01T17:45:00+05:45", "+0545"),
        ("Asia/Kolkata", "2199-06-01T12:00:00Z", "2199-06-01T17:30:00+05:30", "IST"),
        ("America/New_York", "2199-06-01T12:00:00Z", "2199-06-01T08:00:00-04:00", "EDT"),
    ])
    func localTimesMatchRelease2026f(
        name: String, instant: String, local: String, abbreviation: String
    ) throws {
        let zone = try system.zone(named: name)
        let instant = try utc(instant)
        #expect(instant.rfc3339(in: zone) == local)
        #expect(zone.offset(at: instant).abbreviation == abbreviation)
    }

    @Test func findsTransitionsBeyondTheTable() throws {
        let berlin = try system.zone(named: "Europe/Berlin")
        let next = berlin.transition(after: try utc("2050-01-01T00:00:00Z"))
        #expect(next?.rfc3339 == "2050-03-27T01:00:00Z")
        #expect(TimeZoneRules.utc.transition(after: Instant(seconds: 0)) == nil)
    }
}
