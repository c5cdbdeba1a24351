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
