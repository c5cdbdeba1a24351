/// When the reports of one frequency are due, in the company's local time.
///
///     let schedule = Schedule(frequency: .daily, zone: zone)
///     let next = schedule.occurrence(after: now)
///     let period = schedule.period(endingAt: next)
package struct Schedule: Hashable, Sendable {
    package var frequency: Frequency
    package var time: TimeOfDay
    /// The weekday of weekly reports.
    package var weekday: Weekday
    /// The day of monthly reports, 1 to 31. In shorter months, the last day is used.
    package var dayOfMonth: Int
    package var zone: TimeZoneRules

    package init(
        frequency: Frequency, time: TimeOfDay = TimeOfDay(hour: 17, minute: 0),
        weekday: Weekday = .wednesday, dayOfMonth: Int = 25, zone: TimeZoneRules
    ) {
        precondition((1...31).contains(dayOfMonth), "no month has day \(dayOfMonth)")
        self.frequency = frequency
        self.time = time
        self.weekday = weekday
        self.dayOfMonth = dayOfMonth
        self.zone = zone
    }
}

/// How often a report is sent.
package enum Frequency: String, CaseIterable, Sendable {
    case daily
    case weekly
    case monthly
}

// Days, weeks and months are numbered consecutively, so that the next one is always one more.
extension Schedule {
    /// 1969-12-29 was a Monday, three days before the epoch.
    private static let mondayShift = 3

    /// Returns the number of the day, week or month that contains a date, counted from 1970.
    func index(of date: CalendarDate) -> Int {
        switch frequency {
        case .daily: date.daysSinceEpoch
        case .weekly: (date.daysSinceEpoch + Self.mondayShift).flooredDivision(by: 7)
        case .monthly: (date.year - 1970) * 12 + date.month - 1
        }
    }

    /// Returns the date in that day, week or month on which a report is due.
    func dueDate(_ index: Int) -> CalendarDate {
        switch frequency {
        case .daily: CalendarDate(daysSinceEpoch: index)
        case .weekly: CalendarDate(daysSinceEpoch: index * 7 - Self.mondayShift + weekday.index)
        case .monthly: CalendarDate(year: 1970, month: 1, day: dayOfMonth).adding(months: index)
        }
    }
}

// Each due date is converted to an instant, and the instants are compared instead of local times.
// If a zone skips a day, two due dates are the same instant. If it repeats a day, local times are
// ambiguous.
extension Schedule {
    /// Returns the first occurrence after an instant.
    package func occurrence(after instant: Instant) -> Instant {
        // By the choice of `reach`, at least one candidate is later, and below, at least one is
        // earlier.
        let later = candidates(from: instant, to: instant).filter { $0 > instant }
        return later.min() ?? instant
    }

    /// Returns the last occurrence before an instant.
    package func occurrence(before instant: Instant) -> Instant {
        let earlier = candidates(from: instant, to: instant).filter { $0 < instant }
        return earlier.max() ?? instant
    }

    /// Returns the last occurrence at or before an instant.
    package func occurrence(atOrBefore instant: Instant) -> Instant {
        occurrence(before: instant.advanced(milliseconds: 1))
    }

    /// Returns the occurrences after an instant, in ascending order. The sequence is infinite.
    package func occurrences(after instant: Instant) -> some Sequence<Instant> {
        sequence(first: occurrence(after: instant)) { occurrence(after: $0) }
    }

    /// Returns the occurrences after `start` up to and including `end`, in ascending order.
    package func occurrences(after start: Instant, through end: Instant) -> [Instant] {
        let between = candidates(from: start, to: end).filter { $0 > start && $0 <= end }
        return Set(between).sorted()
    }

    /// Returns the period that ends at an occurrence. It starts at the previous occurrence.
    package func period(endingAt occurrence: Instant) -> Period {
        Period(start: self.occurrence(before: occurrence), end: occurrence)
    }

    /// Returns all occurrences between two instants and the nearest ones on either side.
    private func candidates(from start: Instant, to end: Instant) -> [Instant] {
        let first = index(of: zone.civil(start).date) - reach
        let last = index(of: zone.civil(end).date) + reach
        guard first <= last else { return [] }
        return (first...last).map { index in
            zone.instant(of: CivilDateTime(date: dueDate(index), time: time))
        }
    }

    /// The number of due dates on either side that may be needed.
    ///
    /// With offsets between -25 and 26 hours, a zone can move by up to 51 hours. That is less than
    /// three days, one week or one month. One more is needed because the current day, week or month
    /// is incomplete.
    private var reach: Int { frequency == .daily ? 4 : 2 }
}

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
    package var shortName: String {
        switch self {
        case .monday: "Mon"
        case .tuesday: "Tue"
        case .wednesday: "Wed"
        case .thursday: "Thu"
        case .friday: "Fri"
        case .saturday: "Sat"
        case .sunday: "Sun"
        }
    }
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
