package import CivilTime

/// When the reports of one frequency are due, on the clocks of a company.
package struct Schedule: Hashable, Sendable {
    package var frequency: Frequency
    package var time: TimeOfDay
    /// Counts when ``frequency`` is weekly.
    package var weekday: Weekday
    /// 1 to 31, counts when ``frequency`` is monthly; the last day of a month that is shorter.
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
