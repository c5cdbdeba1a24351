/// A date and a time of day without a time zone.
package struct CivilDateTime: Hashable, Comparable, Sendable {
    package var date: CalendarDate
    package var time: TimeOfDay

    package init(date: CalendarDate, time: TimeOfDay) {
        self.date = date
        self.time = time
    }

    package static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }
}

extension CivilDateTime {
    /// The seconds since 1970-01-01T00:00:00 local time.
    package var secondsSinceEpoch: Int64 {
        Int64(date.daysSinceEpoch) * 86_400
            + Int64(time.hour * 3600 + time.minute * 60 + time.second)
    }

    /// Creates a local time from the seconds since 1970-01-01T00:00:00 local time.
    package init(secondsSinceEpoch: Int64) {
        let days = secondsSinceEpoch.flooredDivision(by: 86_400)
        let second = Int(secondsSinceEpoch - days * 86_400)
        self.init(
            date: CalendarDate(daysSinceEpoch: Int(days)),
            time: TimeOfDay(hour: second / 3600, minute: second / 60 % 60, second: second % 60))
    }
}

/// A day of the proleptic Gregorian calendar.
package struct CalendarDate: Hashable, Comparable, Sendable {
    package var year: Int
    /// The month, 1 to 12.
    package var month: Int
    /// The day of the month, 1 to 31.
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// A local time of day.
package struct TimeOfDay: Hashable, Comparable, Sendable {
    /// The hour, 0 to 23.
    package var hour: Int
    /// The minute, 0 to 59.
    package var minute: Int
    /// The second, 0 to 59.
    package var second: Int

    package init(hour: Int, minute: Int, second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        (left.hour, left.minute, left.second) < (right.hour, right.minute, right.second)
    }
}

/// A day of the week. As in ISO 8601, weeks begin on Monday.
package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// Creates a weekday from its English name, ignoring case: `wednesday`, `Wednesday`.
    package init?(name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// Creates the weekday a number of days after a Monday.
    init(index: Int) {
        self = Self.allCases[index - index.flooredDivision(by: 7) * 7]
    }

    /// 0 for Monday to 6 for Sunday.
    package var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The English name, such as `Wednesday`.
    package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The first three letters of the name, as in a Date header (RFC 5322).
    package var shortName: String { String(name.prefix(3)) }
}

extension FixedWidthInteger {
    /// Returns the quotient, rounded toward negative infinity. `divisor` must be positive.
    ///
    /// Inlined, because it is called for each attempt and slow for a type known only at run time.
    @inlinable package func flooredDivision(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
