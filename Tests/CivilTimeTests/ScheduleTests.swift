import CivilTime
import Testing

@Suite struct ScheduleTests {
    private func schedule(
        _ frequency: Frequency, in zone: String, time: String = "17:00",
        weekday: Weekday = .wednesday, dayOfMonth: Int = 25
    ) throws -> Schedule {
        Schedule(
            frequency: frequency, time: try #require(TimeOfDay(time)), weekday: weekday,
            dayOfMonth: dayOfMonth, zone: try system.zone(named: zone))
    }

    @Test func defaultsAreFivePMOnWednesdaysAndOnThe25th() throws {
        let kolkata = try system.zone(named: "Asia/Kolkata")
        let due = try Frequency.allCases.map {
            Schedule(frequency: $0, zone: kolkata)
                .occurrence(after: try utc("2026-11-20T12:00:00Z")).rfc3339(in: kolkata)
        }
        #expect(
            due == [
                "2026-11-21T17:00:00+05:30", "2026-11-25T17:00:00+05:30",
                "2026-11-25T17:00:00+05:30",
            ])
    }

    @Test func occurrencesAreStrictlyAfterOrBefore() throws {
        let daily = try schedule(.daily, in: "UTC")
        let due = try utc("2026-11-20T17:00:00Z")
        #expect(daily.occurrence(after: due).rfc3339 == "2026-11-21T17:00:00Z")
        #expect(daily.occurrence(after: due.advanced(milliseconds: -1)) == due)
        #expect(daily.occurrence(atOrBefore: due) == due)
        #expect(daily.occurrence(before: due).rfc3339 == "2026-11-19T17:00:00Z")
    }

    @Test func rangeExcludesItsStartAndIncludesItsEnd() throws {
        let weekly = try schedule(.weekly, in: "UTC")
        let start = try utc("2026-11-04T17:00:00Z")
        let end = try utc("2026-11-18T17:00:00Z")
        let found = weekly.occurrences(after: start, through: end)
        #expect(found.map(\.rfc3339) == ["2026-11-11T17:00:00Z", "2026-11-18T17:00:00Z"])
        #expect(weekly.occurrences(after: end, through: start) == [])
        #expect(weekly.occurrences(after: end, through: end) == [])
        #expect(Array(weekly.occurrences(after: start).prefix(2)) == found)
    }

    @Test(arguments: [
        ("Europe/Berlin", "2025-03-29T17:00", "2025-03-30T15:00:00Z", 23.0),
        ("Europe/Berlin", "2025-10-25T17:00", "2025-10-26T16:00:00Z", 25.0),
        ("Australia/Lord_Howe", "2025-10-04T17:00", "2025-10-05T06:00:00Z", 23.5),
        ("Australia/Lord_Howe", "2025-04-05T17:00", "2025-04-06T06:30:00Z", 24.5),
        // The clocks do not change that night, only the abbreviation.
        ("America/Vancouver", "2026-10-31T17:00", "2026-11-02T00:00:00Z", 24.0),
        ("America/Edmonton", "2026-10-31T17:00", "2026-11-01T23:00:00Z", 24.0),
        ("America/Winnipeg", "2026-10-31T17:00", "2026-11-01T22:00:00Z", 24.0),
        ("America/Havana", "2026-10-31T17:00", "2026-11-01T21:00:00Z", 24.0),
        ("Africa/Casablanca", "2026-09-19T17:00", "2026-09-20T17:00:00Z", 25.0),
        ("Asia/Kathmandu", "2026-09-19T17:00", "2026-09-20T11:15:00Z", 24.0),
    ])
    func dayLengthDependsOnTheClockChange(
        name: String, before: String, due: String, hours: Double
    ) throws {
        let daily = try schedule(.daily, in: name)
        let start = daily.zone.instant(of: try #require(CivilDateTime(before)))
        let period = daily.period(endingAt: daily.occurrence(after: start))
        #expect(period == Period(start: start, end: try utc(due)))
        #expect(Double(period.length) / 3_600_000 == hours)
    }

    @Test func skippedDayIsMergedWithTheNext() throws {
        let daily = try schedule(.daily, in: "Pacific/Apia")
        let due = daily.occurrences(
            after: try utc("2011-12-28T12:00:00Z"), through: try utc("2012-01-01T12:00:00Z"))
        #expect(
            due.map { $0.rfc3339(in: daily.zone) } == [
                "2011-12-28T17:00:00-10:00", "2011-12-29T17:00:00-10:00",
                "2011-12-31T17:00:00+14:00", "2012-01-01T17:00:00+14:00",
            ])
        #expect(due.dropFirst().map { daily.period(endingAt: $0).start } == Array(due.dropLast()))
        #expect(daily.period(endingAt: due[2]).length == 86_400_000)
    }

    @Test func weeklyReportOnASkippedDayIsDueADayLater() throws {
        let weekly = try schedule(.weekly, in: "Pacific/Apia", weekday: .friday)
        let due = weekly.occurrence(after: try utc("2011-12-28T00:00:00Z"))
        #expect(due.rfc3339(in: weekly.zone) == "2011-12-31T17:00:00+14:00")
        #expect(weekly.period(endingAt: due).length == 7 * 86_400_000)
    }

    @Test func repeatedDayHasOneReportAndALongPeriod() throws {
        let daily = try schedule(.daily, in: "Pacific/Kwajalein")
        let due = daily.occurrences(
            after: try utc("1969-09-29T00:00:00Z"), through: try utc("1969-10-02T12:00:00Z"))
        #expect(
            due.map(\.rfc3339) == [
                "1969-09-29T06:00:00Z", "1969-09-30T06:00:00Z", "1969-10-02T05:00:00Z",
            ])
    }

    @Test func repeatedLocalTimeIsDueOnce() throws {
        let nightly = try schedule(.daily, in: "Europe/Berlin", time: "02:30")
        let due = nightly.occurrences(
            after: try utc("2025-10-25T12:00:00Z"), through: try utc("2025-10-27T12:00:00Z"))
        #expect(due.map(\.rfc3339) == ["2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z"])
    }

    @Test(arguments: [
        (29, "2027-02-28T17:00:00Z"), (30, "2027-02-28T17:00:00Z"), (31, "2027-02-28T17:00:00Z"),
        (28, "2027-02-28T17:00:00Z"), (1, "2027-02-01T17:00:00Z"),
    ])
    func missingDayOfAMonthIsItsLast(day: Int, expected: String) throws {
        let monthly = try schedule(.monthly, in: "UTC", dayOfMonth: day)
        #expect(monthly.occurrence(after: try utc("2027-02-01T00:00:00Z")).rfc3339 == expected)
    }

    @Test func dayOfMonthIsRestoredAfterAShortMonth() throws {
        let monthly = try schedule(.monthly, in: "UTC", dayOfMonth: 31)
        let due = monthly.occurrences(after: try utc("2028-01-01T00:00:00Z")).prefix(4)
        #expect(
            due.map { String($0.rfc3339.prefix(10)) } == [
                "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30",
            ])
    }
}
