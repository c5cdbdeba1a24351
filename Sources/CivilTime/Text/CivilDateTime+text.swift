extension CalendarDate: CustomStringConvertible {
    /// Reads `YYYY-MM-DD`; nil when the text is anything else or the calendar has no such day.
    package init?(_ text: String) {
        var cursor = ByteCursor(Array(text.utf8))
        guard let date = cursor.date(), cursor.isAtEnd else { return nil }
        self = date
    }

    /// `YYYY-MM-DD`.
    package var description: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// Reads `HH:MM` or `HH:MM:SS`; nil when the text is anything else.
    package init?(_ text: String) {
        var cursor = ByteCursor(Array(text.utf8))
        guard let time = cursor.timeOfDay(), cursor.isAtEnd else { return nil }
        self = time
    }

    /// `HH:MM:SS`.
    package var description: String { "\(hoursAndMinutes):\(padded(second, to: 2))" }

    /// `HH:MM`.
    package var hoursAndMinutes: String { "\(padded(hour, to: 2)):\(padded(minute, to: 2))" }
}

extension CivilDateTime: CustomStringConvertible {
    /// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`; a day alone is its midnight.
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

    /// `YYYY-MM-DDTHH:MM:SS`.
    package var description: String { "\(date)T\(time)" }
}
