/// The rule for the time after a zone's transition table: a POSIX TZ string.
///
/// It supports the extensions of RFC 9636 section 3.3.2: transition times from -167 to 167 hours,
/// and daylight saving time all year.
struct POSIXTimeZoneRule: Hashable, Sendable {
    var standard: ZoneOffset
    /// Nil if the clocks never change.
    var daylight: Daylight?

    /// The daylight saving time and its transitions.
    struct Daylight: Hashable, Sendable {
        var offset: ZoneOffset
        var start: Change
        var end: Change
    }

    /// A transition that occurs every year, in the local time before the transition.
    struct Change: Hashable, Sendable {
        var day: Day
        /// The seconds after midnight of the day. May be negative.
        var seconds: Int
    }

    /// A day of the year.
    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365. February 29 is never counted.
        case withoutLeapDay(Int)
        /// `n`: 0 to 365. February 29 is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: week 5 is the last one; Sunday is 0.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// Returns the range of constant offset that contains the second.
    func span(at second: Int64) -> LocalTimeType {
        var span = LocalTimeType(offset: standard, start: .min, end: .max)
        guard let daylight else { return span }
        let days = (second + Int64(standard.seconds)).flooredDivision(by: 86_400)
        let year = CalendarDate(daysSinceEpoch: Int(days)).year
        // A transition can be up to a week outside of its year, so two years on either side contain
        // the nearest ones.
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
    /// Applies a transition at `change` to the range.
    ///
    /// If two transitions occur in the same second, the one to daylight saving time wins. RFC 9636
    /// expresses daylight saving time all year in this way.
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
    /// Returns the seconds since 1970-01-01T00:00 in the same local time.
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
