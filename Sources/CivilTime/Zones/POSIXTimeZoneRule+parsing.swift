extension POSIXTimeZoneRule {
    /// Parses a POSIX TZ string. Returns nil if it is malformed.
    ///
    /// Daylight saving time without its two dates is rejected, because POSIX leaves the dates
    /// unspecified.
    init?(_ text: some Collection<UInt8>) {
        var cursor = ByteCursor(Array(text))
        guard let standard = cursor.zoneOffset(isDaylight: false) else { return nil }
        self.standard = standard
        guard !cursor.isAtEnd else { return }
        guard let daylight = cursor.daylight(standard: standard), cursor.isAtEnd else {
            return nil
        }
        self.daylight = daylight
    }
}

// See https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html, "TZ".
extension ByteCursor<[UInt8]> {
    fileprivate mutating func zoneOffset(isDaylight: Bool) -> ZoneOffset? {
        guard let name = abbreviation(), let west = time(maximumHours: 24) else { return nil }
        return checked(seconds: -west, name: name, isDaylight: isDaylight)
    }

    fileprivate mutating func daylight(standard: ZoneOffset) -> POSIXTimeZoneRule.Daylight? {
        guard let offset = daylightOffset(standard: standard),
            let start = change(), let end = change()
        else { return nil }
        return POSIXTimeZoneRule.Daylight(offset: offset, start: start, end: end)
    }

    /// If no offset follows the name, it is one hour ahead of standard time.
    private mutating func daylightOffset(standard: ZoneOffset) -> ZoneOffset? {
        guard let name = abbreviation() else { return nil }
        guard next != UInt8(ascii: ",") else {
            return checked(seconds: standard.seconds + 3600, name: name, isDaylight: true)
        }
        guard let west = time(maximumHours: 24) else { return nil }
        return checked(seconds: -west, name: name, isDaylight: true)
    }

    private func checked(seconds: Int, name: String, isDaylight: Bool) -> ZoneOffset? {
        guard ZoneOffset.possibleSeconds.contains(seconds) else { return nil }
        return ZoneOffset(seconds: seconds, abbreviation: name, isDaylight: isDaylight)
    }

    /// Parses `CET`, or `<+03>` if the abbreviation contains characters other than letters.
    private mutating func abbreviation() -> String? {
        let isQuoted = take(UInt8(ascii: "<"))
        let name = take { $0.isLetter || isQuoted && $0.isDigitOrSign }
        guard name.count >= 3, !isQuoted || take(UInt8(ascii: ">")) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// Parses `,date[/time]`. The default time is 02:00.
    private mutating func change() -> POSIXTimeZoneRule.Change? {
        guard take(UInt8(ascii: ",")), let day = day() else { return nil }
        guard take(UInt8(ascii: "/")) else {
            return POSIXTimeZoneRule.Change(day: day, seconds: 7200)
        }
        guard let seconds = time(maximumHours: 167) else { return nil }
        return POSIXTimeZoneRule.Change(day: day, seconds: seconds)
    }

    private mutating func day() -> POSIXTimeZoneRule.Day? {
        if take(UInt8(ascii: "J")) { return number(in: 1...365).map { .withoutLeapDay($0) } }
        guard take(UInt8(ascii: "M")) else { return number(in: 0...365).map { .zeroBased($0) } }
        guard let month = number(in: 1...12), take(UInt8(ascii: ".")),
            let week = number(in: 1...5), take(UInt8(ascii: ".")),
            let day = number(in: 0...6)
        else { return nil }
        return .weekday(month: month, week: week, day: day)
    }

    /// Parses `[+-]h[h[h]][:mm[:ss]]` and returns seconds.
    private mutating func time(maximumHours: Int) -> Int? {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        guard let hours = number(in: 0...maximumHours), let minutes = sixtieth(),
            let seconds = sixtieth()
        else { return nil }
        let size = hours * 3600 + minutes * 60 + seconds
        return isNegative ? -size : size
    }

    /// Parses `:mm`. Returns 0 if it is missing and nil if it is invalid.
    private mutating func sixtieth() -> Int? {
        take(UInt8(ascii: ":")) ? number(in: 0...59) : 0
    }

    private mutating func number(in range: ClosedRange<Int>) -> Int? {
        guard let number = number(upToDigits: 3), range.contains(number) else { return nil }
        return number
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    fileprivate var isDigitOrSign: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || self == UInt8(ascii: "+") || self == UInt8(ascii: "-")
    }
}
