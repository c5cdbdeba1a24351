/// The rule for the years after a zone's table: a POSIX TZ string.
///
/// With the extensions of RFC 9636 section 3.3.2: rule times from -167 to 167 hours,
/// and daylight saving time that lasts all year.
struct POSIXTimeZoneRule: Hashable, Sendable {
    var standard: ZoneOffset
    /// nil where the clocks never change.
    var daylight: Daylight?

    /// When the clocks change, and to what.
    struct Daylight: Hashable, Sendable {
        var offset: ZoneOffset
        var start: Change
        var end: Change
    }

    /// A moment of every year, on the wall clock that it puts an end to.
    struct Change: Hashable, Sendable {
        var day: Day
        /// Seconds after the midnight at which the day begins; may be negative.
        var seconds: Int
    }

    /// A day of every year.
    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365; February 29 is never counted.
        case withoutLeapDay(Int)
        /// `n`: 0 to 365; February 29 is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: week 5 is the last one; Sunday is 0.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// The stretch of one offset that the second falls in.
    func span(at second: Int64) -> LocalTimeType {
        var span = LocalTimeType(offset: standard, start: .min, end: .max)
        guard let daylight else { return span }
        let days = (second + Int64(standard.seconds)).flooredDivision(by: 86_400)
        let year = CalendarDate(daysSinceEpoch: Int(days)).year
        // A change can lie a week outside its year, so two years on either side hold the nearest.
        for year in year - 2...year + 2 {
            span.narrow(around: second, with: end(of: daylight, in: year), to: standard)
            span.narrow(around: second, with: start(of: daylight, in: year), to: daylight.offset)
        }
        return span
    }

    private func start(of daylight: Daylight, in year: Int) -> Int64 {
        daylight.start.localSeconds(in: year) - Int64(standard.seconds)
    }

    private func end(of daylight: Daylight, in year: Int) -> Int64 {
        daylight.end.localSeconds(in: year) - Int64(daylight.offset.seconds)
    }
}

extension LocalTimeType {
    /// Takes in that the offset changes at `change`.
    ///
    /// Of two changes in the same second daylight saving time wins: so RFC 9636 writes
    /// daylight saving time that lasts all year.
    fileprivate mutating func narrow(
        around second: Int64, with change: Int64, to new: ZoneOffset
    ) {
        guard change <= second else {
            end = min(end, change)
            return
        }
        guard change > start || change == start && new.isDaylight else { return }
        start = change
        offset = new
    }
}

extension POSIXTimeZoneRule.Change {
    /// Seconds from 1970-01-01T00:00 on the same wall clock.
    fileprivate func localSeconds(in year: Int) -> Int64 {
        Int64(day.daysSinceEpoch(in: year)) * 86_400 + Int64(seconds)
    }
}

extension POSIXTimeZoneRule.Day {
    fileprivate func daysSinceEpoch(in year: Int) -> Int {
        let newYear = CalendarDate(year: year, month: 1, day: 1).daysSinceEpoch
        switch self {
        case .withoutLeapDay(let number):
            let leapDay = CalendarDate.isLeap(year: year) && number >= 60 ? 1 : 0
            return newYear + number - 1 + leapDay
        case .zeroBased(let number):
            return newYear + number
        case .weekday(let month, let week, let day):
            return Self.daysSinceEpoch(year: year, month: month, week: week, sundayBased: day)
        }
    }

    private static func daysSinceEpoch(
        year: Int, month: Int, week: Int, sundayBased day: Int
    ) -> Int {
        let first = CalendarDate(year: year, month: month, day: 1)
        let firstWeekday = (first.weekday.index + 1) % 7
        let offset = (day - firstWeekday + 7) % 7 + (week - 1) * 7
        let isTooLate = offset >= CalendarDate.daysInMonth(year: year, month: month)
        return first.daysSinceEpoch + (isTooLate ? offset - 7 : offset)
    }
}
