extension ByteCursor {
    /// Parses a valid date in the form `YYYY-MM-DD`.
    mutating func date() -> CalendarDate? {
        guard let year = number(digits: 4), take(UInt8(ascii: "-")),
            let month = number(digits: 2), take(UInt8(ascii: "-")),
            let day = number(digits: 2)
        else { return nil }
        let date = CalendarDate(year: year, month: month, day: day)
        return date.exists ? date : nil
    }

    /// Parses the `T`, `t` or space between date and time.
    mutating func takeTimeSeparator() -> Bool {
        take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || take(UInt8(ascii: " "))
    }

    /// Parses `HH:MM` or `HH:MM:SS`, up to 23:59:59.
    mutating func timeOfDay() -> TimeOfDay? {
        guard let hour = number(digits: 2), hour < 24, take(UInt8(ascii: ":")),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        guard take(UInt8(ascii: ":")) else { return TimeOfDay(hour: hour, minute: minute) }
        guard let second = number(digits: 2), second < 60 else { return nil }
        return TimeOfDay(hour: hour, minute: minute, second: second)
    }
}
