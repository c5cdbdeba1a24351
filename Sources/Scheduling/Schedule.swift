package import CivilTime

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
