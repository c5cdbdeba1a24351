// Day counts as in https://howardhinnant.github.io/date_algorithms.html (Howard Hinnant). Years
// begin in March, so that the leap day is the last day of its year, and repeat every 400 years.

extension CalendarDate {
    /// The days in 400 years of the Gregorian calendar.
    private static let daysPerEra = 146_097
    /// The days from 0000-03-01 to 1970-01-01.
    private static let epochShift = 719_468

    /// The days since 1970-01-01. Negative for earlier dates.
    ///
    /// For a date that does not exist, days are counted from the first of its month: April 31 is
    /// May 1. Traps for years that are far outside of the range of ``Instant``.
    package var daysSinceEpoch: Int {
        let shiftedYear = month > 2 ? year : year - 1
        let era = shiftedYear.flooredDivision(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.epochShift
    }

    /// Creates a date from the days since 1970-01-01, which may be negative.
    package init(daysSinceEpoch: Int) {
        let days = daysSinceEpoch + Self.epochShift
        let era = days.flooredDivision(by: Self.daysPerEra)
        let dayOfEra = days - era * Self.daysPerEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// Whether the date exists in the calendar.
    package var exists: Bool {
        (1...12).contains(month) && day >= 1
            && day <= Self.daysInMonth(year: year, month: month)
    }

    package static func isLeap(year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Returns the number of days in a month, 28 to 31. `month` must be 1 to 12.
    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday, the fourth day of its week.
        Weekday(index: daysSinceEpoch + 3)
    }

    /// Returns the date a number of days later, or earlier if negative.
    package func adding(days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// Returns the same day in a later month, or the last day of the month if the month is too
    /// short.
    package func adding(months: Int) -> CalendarDate {
        let count = year * 12 + month - 1 + months
        let year = count.flooredDivision(by: 12)
        let month = count - year * 12 + 1
        let last = Self.daysInMonth(year: year, month: month)
        return CalendarDate(year: year, month: month, day: min(day, last))
    }
}
