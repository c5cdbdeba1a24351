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
