extension CalendarDate: CustomStringConvertible {
    /// Parses `YYYY-MM-DD`. Returns nil if the text is invalid or the date does not exist.
    package init?(_ text: String) {
        var cursor = ByteCursor(Array(text.utf8))
        guard let date = cursor.date(), cursor.isAtEnd else { return nil }
        self = date
    }

    /// The date as `YYYY-MM-DD`.
    package var description: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// Parses `HH:MM` or `HH:MM:SS`. Returns nil if the text is invalid.
    package init?(_ text: String) {
        var cursor = ByteCursor(Array(text.utf8))
        guard let time = cursor.timeOfDay(), cursor.isAtEnd else { return nil }
        self = time
    }

    /// The time as `HH:MM:SS`.
    package var description: String { "\(hoursAndMinutes):\(padded(second, to: 2))" }

    /// The time as `HH:MM`.
    package var hoursAndMinutes: String { "\(padded(hour, to: 2)):\(padded(minute, to: 2))" }
}

extension CivilDateTime: CustomStringConvertible {
    /// Parses `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`. A date without a time is
    /// its midnight.
    package init?(_ text: String) {
        var cursor = ByteCursor(Array(text.utf8))
        guard let date = cursor.date() else { return nil }
        self.init(date: date, time: TimeOfDay(hour: 0, minute: 0))
        guard !cursor.isAtEnd else { return }
        guard cursor.takeTimeSeparator(), let time = cursor.timeOfDay(), cursor.isAtEnd else {
            return nil
        }
        self.time = time
    }

    /// The local time as `YYYY-MM-DDTHH:MM:SS`.
    package var description: String { "\(date)T\(time)" }
}
