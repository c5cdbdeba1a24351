import CivilTime
import Testing

@Suite struct CalendarDateTests {
    @Test(arguments: [
        ("1970-01-01", 0, Weekday.thursday),
        ("1969-12-31", -1, .wednesday),
        ("2000-02-29", 11_016, .tuesday),
        ("2000-03-01", 11_017, .wednesday),
        ("1600-01-01", -135_140, .saturday),
        ("2026-11-25", 20_782, .wednesday),
        ("9999-12-31", 2_932_896, .friday),
        ("0000-01-01", -719_528, .saturday),
    ])
    func convertsDaysAndWeekdays(text: String, days: Int, weekday: Weekday) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.daysSinceEpoch == days)
        #expect(date.weekday == weekday)
        #expect(CalendarDate(daysSinceEpoch: days).description == text)
    }

    @Test func daysOfEightCenturiesAreConsecutive() {
        var expected = CalendarDate(year: 1600, month: 1, day: 1)
        var weekday = Weekday.saturday.index
        for days in -135_140..<157_054 {
            let date = CalendarDate(daysSinceEpoch: days)
            guard date == expected, date.daysSinceEpoch == days, date.weekday.index == weekday
            else {
                Issue.record("day \(days) is \(date) \(date.weekday), not \(expected)")
                return
            }
            expected = Self.next(expected)
            weekday = (weekday + 1) % 7
        }
        #expect(expected.description == "2400-01-01")
    }

    /// Counts day by day, independently of the tested arithmetic.
    private static func next(_ date: CalendarDate) -> CalendarDate {
        let isLeap = date.year % 400 == 0 || date.year % 4 == 0 && date.year % 100 != 0
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if date.day < lengths[date.month - 1] {
            return CalendarDate(year: date.year, month: date.month, day: date.day + 1)
        }
        guard date.month == 12 else {
            return CalendarDate(year: date.year, month: date.month + 1, day: 1)
        }
        return CalendarDate(year: date.year + 1, month: 1, day: 1)
    }

    @Test func distantYearsRoundTrip() {
        for year in [-250_000_000, -400, -1, 10_000, 250_000_000] {
            let date = CalendarDate(year: year, month: 2, day: 28)
            #expect(CalendarDate(daysSinceEpoch: date.daysSinceEpoch) == date)
        }
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-25", 1, "2027-01-25"), ("2026-01-25", -1, "2025-12-25"),
        ("2026-03-31", -13, "2025-02-28"), ("2026-05-15", 0, "2026-05-15"),
    ])
    func addingMonthsKeepsTheDayOrUsesTheLast(text: String, months: Int, expected: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.adding(months: months).description == expected)
    }

    @Test(arguments: [
        ("2026-02-28", 1, "2026-03-01"), ("2026-01-01", -1, "2025-12-31"),
        ("2026-01-01", 365, "2027-01-01"),
    ])
    func addingDaysCrossesMonthsAndYears(text: String, days: Int, expected: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.adding(days: days).description == expected)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-10", "2026-01-00",
        "2026-01-32", "26-01-01", "2026-1-1", "2026-01-01 ", "2026/01/01", "", "+026-01-01",
    ])
    func rejectsInvalidDates(text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test(arguments: [
        ("00:00", "00:00:00"), ("17:00", "17:00:00"), ("23:59:59", "23:59:59"),
    ])
    func parsesATimeOfDayWithAndWithoutSeconds(text: String, expected: String) {
        #expect(TimeOfDay(text)?.description == expected)
        #expect(TimeOfDay(text)?.hoursAndMinutes == String(expected.prefix(5)))
    }

    @Test(arguments: ["24:00", "17", "17:60", "17:00:60", "7:00", "17:0", "17:00:", " 17:00", ""])
    func rejectsInvalidTimesOfDay(text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test func parsesWeekdaysInAnyCase() {
        #expect(Weekday(name: "Wednesday") == .wednesday)
        #expect(Weekday(name: "SUNDAY") == .sunday)
        #expect(Weekday(name: "wed") == nil)
        #expect(Weekday.saturday.name == "Saturday")
        #expect(Weekday.saturday.shortName == "Sat")
    }
}
