import CivilTime
import Testing

@testable import Rendering

@Suite struct TimeFormatTests {
    private func berlin() throws -> LocalTimeFormat {
        LocalTimeFormat(zone: try SampleReports.database.zone(named: "Europe/Berlin"))
    }

    private func instant(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }

    @Test func `both ends of a period have the offset of their own day`() throws {
        let period = Period(
            start: try instant("2026-10-24T15:00:00Z"), end: try instant("2026-10-25T16:00:00Z"))
        #expect(
            try berlin().full(period)
                == "Sat 24 Oct 2026, 17:00 +02:00 to Sun 25 Oct 2026, 17:00 +01:00")
    }

    @Test func `seconds are shown only if they are not zero`() throws {
        let format = try berlin()
        #expect(
            format.full(try instant("2026-01-01T00:00:07Z")) == "Thu 1 Jan 2026, 01:00:07 +01:00")
    }

    @Test(arguments: [
        ("2026-11-17T13:05:40Z", "Tue 17 Nov, 14:05"), ("2025-12-31T23:30:00Z", "Thu 1 Jan, 00:30"),
        ("2025-12-31T22:30:00Z", "Wed 31 Dec 2025, 23:30"),
    ])
    func `a different year is shown`(text: String, expected: String) throws {
        let reference = try instant("2026-11-20T16:00:00Z")
        #expect(try berlin().short(try instant(text), near: reference) == expected)
    }

    @Test(
        arguments: [
            (0, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (5_000_000, "1 h 23 min"),
            (86_400_000, "1 d"), (273_600_000, "3 d 4 h"), (90_000_000, "1 d 1 h"), (-5, "0 s"),
            (86_460_000, "1 d"),
        ] as [(Int64, String)])
    func `a duration has at most two units`(milliseconds: Int64, text: String) {
        #expect(DurationFormat.span(milliseconds: milliseconds).plain == text)
    }

    @Test(arguments: [(0, "0 ms"), (999, "999 ms"), (2_140, "2.1 s"), (65_000, "1 min 5 s")])
    func `latency uses a suitable unit`(milliseconds: Int, text: String) {
        #expect(DurationFormat.latency(milliseconds: milliseconds).plain == text)
    }
}
