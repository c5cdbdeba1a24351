import CivilTime

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
