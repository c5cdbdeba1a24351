/// The rule for the time after a zone's transition table: a POSIX TZ string.
///
/// It supports the extensions of RFC 9636 section 3.3.2: transition times from -167 to 167 hours,
/// and daylight saving time all year.
struct POSIXTimeZoneRule: Hashable, Sendable {
    var standard: ZoneOffset
    /// Nil if the clocks never change.
    var daylight: Daylight?

    /// The daylight saving time and its transitions.
    struct Daylight: Hashable, Sendable {
        var offset: ZoneOffset
        var start: Change
        var end: Change
    }

    /// A transition that occurs every year, in the local time before the transition.
    struct Change: Hashable, Sendable {
        var day: Day
        /// The seconds after midnight of the day. May be negative.
        var seconds: Int
    }

    /// A day of the year.
    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365. February 29 is never counted.
        case withoutLeapDay(Int)
        /// `n`: 0 to 365. February 29 is counted.
        case zeroBased(Int)
        /// `Mm.w.d`: week 5 is the last one; Sunday is 0.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// Returns the range of constant offset that contains the second.
    func span(at second: Int64) -> LocalTimeType {
        var span = LocalTimeType(offset: standard, start: .min, end: .max)
        guard let daylight else { return span }
        let days = (second + Int64(standard.seconds)).flooredDivision(by: 86_400)
        let year = CalendarDate(daysSinceEpoch: Int(days)).year
        // A transition can be up to a week outside of its year, so two years on either side contain
        // the nearest ones.
        for year in year - 2...year + 2 {
            span.narrow(around: second, with: end(of: daylight, in: year), to: standard)
            span.narrow(around: second, with: start(of: daylight, in: year), to: daylight.offset)
        }
        return span
    }

    private func start(of daylight: Daylight, in year: Int) -> Int64 {
        daylight.start.localSeconds(in: year) - Int64(standard.seconds)
    }

    private func end(of daylight: Daylight, in year: Int) -> Int64 {
        daylight.end.localSeconds(in: year) - Int64(daylight.offset.seconds)
    }
}

extension LocalTimeType {
    /// Applies a transition at `change` to the range.
    ///
    /// If two transitions occur in the same second, the one to daylight saving time wins. RFC 9636
    /// expresses daylight saving time all year in this way.
    fileprivate mutating func narrow(
        around second: Int64, with change: Int64, to new: ZoneOffset
    ) {
        guard change <= second else {
            end = min(end, change)
            return
        }
        guard change > start || change == start && new.isDaylight else { return }
        start = change
        offset = new
    }
}

extension POSIXTimeZoneRule.Change {
    /// Returns the seconds since 1970-01-01T00:00 in the same local time.
    fileprivate func localSeconds(in year: Int) -> Int64 {
        Int64(day.daysSinceEpoch(in: year)) * 86_400 + Int64(seconds)
    }
}

extension POSIXTimeZoneRule.Day {
    fileprivate func daysSinceEpoch(in year: Int) -> Int {
        let newYear = CalendarDate(year: year, month: 1, day: 1).daysSinceEpoch
        switch self {
        case .withoutLeapDay(let number):
            let leapDay = CalendarDate.isLeap(year: year) && number >= 60 ? 1 : 0
            return newYear + number - 1 + leapDay
        case .zeroBased(let number):
            return newYear + number
        case .weekday(let month, let week, let day):
            return Self.daysSinceEpoch(year: year, month: month, week: week, sundayBased: day)
        }
    }

    private static func daysSinceEpoch(
        year: Int, month: Int, week: Int, sundayBased day: Int
    ) -> Int {
        let first = CalendarDate(year: year, month: month, day: 1)
        let firstWeekday = (first.weekday.index + 1) % 7
        let offset = (day - firstWeekday + 7) % 7 + (week - 1) * 7
        let isTooLate = offset >= CalendarDate.daysInMonth(year: year, month: month)
        return first.daysSinceEpoch + (isTooLate ? offset - 7 : offset)
    }
}

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

/// The transitions of a zone, and the rule for the time after them.
struct TransitionTable: Hashable, Sendable {
    /// The transition times in seconds since the epoch, strictly ascending.
    var times: [Int64]
    /// For each transition, the index in ``offsets`` of the new offset.
    var kinds: [UInt8]
    /// The offsets. Never empty; the first one applies before the first transition.
    var offsets: [ZoneOffset]
    /// The rule after the last transition.
    var footer: POSIXTimeZoneRule?

    /// Returns the range of constant offset that contains the second.
    func span(at second: Int64) -> LocalTimeType {
        let next = firstTransition(after: second)
        let start = next == 0 ? .min : times[next - 1]
        guard next == times.count, let footer else {
            let kind = next == 0 ? 0 : Int(kinds[next - 1])
            let end = next == times.count ? .max : times[next]
            return LocalTimeType(offset: offsets[kind], start: start, end: end)
        }
        var span = footer.span(at: second)
        span.start = max(span.start, start)
        return span
    }

    /// The rule after the last transition.
    var latestRule: POSIXTimeZoneRule {
        let last = kinds.last.map(Int.init) ?? 0
        return footer ?? POSIXTimeZoneRule(standard: offsets[last], daylight: nil)
    }

    private func firstTransition(after second: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
