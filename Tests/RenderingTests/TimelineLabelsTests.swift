import CivilTime
import DeliveryLog
import Reporting
import Testing

@testable import Rendering

/// Tests of the labels of timeline bars.
@Suite struct TimelineLabelsTests {
    private func labels(
        _ ends: [String], zone name: String = "UTC", isHourly: Bool = false, barsInOne: Int = 1
    ) throws -> TimelineLabels {
        let zone = try SampleReports.database.zone(named: name)
        let instants = try ends.map { try TimeArgument.instant($0, in: zone) }
        let bars = zip(instants, instants.dropFirst()).map {
            TimelineBar(start: $0, end: $1, tally: Tally())
        }
        return TimelineLabels(
            times: LocalTimeFormat(zone: zone), bars: bars, isHourly: isHourly,
            barsInOne: barsInOne)
    }

    @Test func `days that do not start at midnight are labeled with both ends`() throws {
        let labels = try labels(["2026-11-29T17:00", "2026-11-30T17:00", "2026-12-01T17:00"])
        #expect(labels.title == "Day, 17:00 to 17:00")
        #expect(labels.labels == ["Sun 29 – Mon 30 Nov", "Mon 30 Nov – Tue 1 Dec"])
    }

    @Test func `days that start at midnight are labeled with their date`() throws {
        let labels = try labels(["2026-11-29", "2026-11-30", "2026-12-01"])
        #expect(labels.title == "Day")
        #expect(labels.labels == ["Sun 29 Nov", "Mon 30 Nov"])
    }

    @Test func `a shorter last day has its end and its length`() throws {
        let labels = try labels([
            "2026-11-23T17:00", "2026-11-24T17:00", "2026-11-24T21:30",
        ])
        #expect(
            labels.labels == [
                "Mon 23 – Tue 24 Nov", "Tue 24 Nov, 17:00–21:30 (4\u{A0}h\u{A0}30\u{A0}min)",
            ])
        let night = try self.labels(["2026-11-23", "2026-11-24", "2026-11-24T09:00"])
        #expect(night.labels.last == "Tue 24 Nov, 00:00–09:00 (9\u{A0}h)")
        let long = try self.labels(["2026-11-23T17:00", "2026-11-24T17:00", "2026-11-25T09:00"])
        #expect(long.labels.last == "24 Nov, 17:00 – 25 Nov, 09:00 (16\u{A0}h)")
    }

    @Test func `ranges of days have years, and the last one has its length`() throws {
        let labels = try labels(
            [
                "2026-12-05T17:00", "2026-12-15T17:00", "2026-12-25T17:00", "2027-01-04T17:00",
                "2027-01-07T17:00",
            ], barsInOne: 10)
        #expect(labels.title == "10 days, 17:00 to 17:00")
        #expect(labels.unit == "10 days")
        #expect(
            labels.labels == [
                "5 – 15 Dec 2026", "15 – 25 Dec 2026", "25 Dec 2026 – 4 Jan 2027",
                "4 – 7 Jan 2027 (3 days)",
            ])
    }

    @Test func `ranges from midnight end on their last day`() throws {
        let labels = try labels(
            ["2026-11-21", "2026-12-01", "2026-12-11", "2026-12-12"], barsInOne: 10)
        #expect(labels.title == "10 days")
        #expect(
            labels.labels == ["21 – 30 Nov 2026", "1 – 10 Dec 2026", "11 Dec 2026 (1 day)"])
    }

    @Test func `a range that ends at another time has that time`() throws {
        let labels = try labels(["2026-12-01", "2026-12-11", "2026-12-14T06:00"], barsInOne: 10)
        #expect(
            labels.labels.last
                == "11 Dec 2026, 00:00 – 14 Dec, 06:00 (3\u{A0}d\u{A0}6\u{A0}h)")
    }

    @Test func `a day with a clock change is labeled with local times`() throws {
        let labels = try labels(
            ["2026-03-28T02:30", "2026-03-29T02:30", "2026-03-30T02:30"], zone: "Europe/Berlin")
        #expect(
            labels.labels == [
                "28 Mar, 02:30 – 29 Mar, 03:30 (1\u{A0}d)",
                "29 Mar, 03:30 – 30 Mar, 02:30 (23\u{A0}h)",
            ])
    }

    @Test func `hours are labeled with their start, and a shorter one also with its end`() throws {
        let labels = try labels(
            ["2026-11-24T23:07", "2026-11-25T00:07", "2026-11-25T00:30"], isHourly: true)
        #expect(labels.title == "Hour from")
        #expect(labels.labels == ["Tue 23:07", "Wed 00:07–00:30"])
        let two = try self.labels(
            ["2026-11-24T23:00", "2026-11-25T01:00", "2026-11-25T02:00"], isHourly: true,
            barsInOne: 2)
        #expect(two.title == "2 hours from")
        #expect(two.labels == ["Tue 23:00", "Wed 01:00–02:00"])
    }

    @Test func `an hour that occurs twice has its offset after its end`() throws {
        let night = [
            "2026-11-01T00:00-04:00", "2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00",
            "2026-11-01T01:30-05:00",
        ]
        let labels = try labels(night, zone: "America/New_York", isHourly: true)
        #expect(labels.labels == ["Sun 00:00", "Sun 01:00 -04:00", "Sun 01:00–01:30 -05:00"])
        let short = try self.labels(
            ["2026-11-01T01:45-04:00", "2026-11-01T01:15-05:00"], zone: "America/New_York",
            isHourly: true)
        #expect(short.labels == ["Sun 01:45 -04:00 – 01:15 -05:00"])
    }
}
