import CivilTime

/// An instant as RFC 5322 3.3 writes it.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Wed, 25 Nov 2026 17:00:00 +0530`; an offset of odd seconds is taken to the minute.
    static func text(_ instant: Instant, offset: Int) -> String {
        let minutes = Int64(offset).flooredDivision(by: 60)
        let local = instant.seconds + minutes * 60
        let day = local.flooredDivision(by: 86_400)
        let second = Int(local - day * 86_400)
        let date = CalendarDate(daysSinceEpoch: day)
        let weekday = days[Int(day - day.flooredDivision(by: 7) * 7)]
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
        return "\(weekday), \(twoDigits(date.day)) \(months[date.month - 1]) \(date.year) "
            + clock.joined(separator: ":") + " " + zone(Int(minutes))
    }

    private static func zone(_ minutes: Int) -> String {
        let distance = abs(minutes)
        return (minutes < 0 ? "-" : "+") + twoDigits(distance / 60) + twoDigits(distance % 60)
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}

extension CalendarDate {
    /// Howard Hinnant's `civil_from_days`, http://howardhinnant.github.io/date_algorithms.html
    fileprivate init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let ofEra = Int(shifted - era * 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        self.init(year: year, month: month, day: ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
