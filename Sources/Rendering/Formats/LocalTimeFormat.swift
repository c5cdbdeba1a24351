package import CivilTime

/// Formats instants in the company's time zone, in English.
package struct LocalTimeFormat {
    private let zone: TimeZoneRules

    package init(zone: TimeZoneRules) {
        self.zone = zone
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns `25 Nov 2026`.
    package func date(_ instant: Instant) -> String {
        let date = zone.civil(instant).date
        return "\(Self.dayAndMonth(date)) \(date.year)"
    }

    /// Returns `Wed 25 Nov 2026, 17:00 +05:30`.
    package func full(_ instant: Instant) -> String {
        let civil = zone.civil(instant)
        return
            "\(civil.date.weekday.shortName) \(Self.dayAndMonth(civil.date)) \(civil.date.year), "
            + "\(clock(civil.time)) \(offset(instant))"
    }

    /// Returns `Wed 25 Nov, 17:00`, with the year if it differs from that of `reference`.
    package func short(_ instant: Instant, near reference: Instant) -> String {
        let civil = zone.civil(instant)
        let isSameYear = civil.date.year == zone.civil(reference).date.year
        let year = isSameYear ? "" : " \(civil.date.year)"
        return "\(day(instant))\(year), \(civil.time.hoursAndMinutes)"
    }

    /// Returns `Wed 25 Nov`.
    package func day(_ instant: Instant) -> String {
        let date = zone.civil(instant).date
        return "\(date.weekday.shortName) \(Self.dayAndMonth(date))"
    }

    /// Returns `Wed 17:00`.
    func hour(_ instant: Instant) -> String {
        let civil = zone.civil(instant)
        return "\(civil.date.weekday.shortName) \(civil.time.hoursAndMinutes)"
    }

    /// Returns `17:00`, with seconds if they are not zero.
    func time(_ instant: Instant) -> String { clock(zone.civil(instant).time) }

    /// Returns the local date and time.
    func civil(_ instant: Instant) -> CivilDateTime { zone.civil(instant) }

    /// Returns `25 Nov`.
    func dayOfMonth(_ instant: Instant) -> String { Self.dayAndMonth(zone.civil(instant).date) }

    /// Returns `Tue 24 – Wed 25 Nov`, `30 Nov – 1 Dec 2026`, `25 Dec 2026 – 4 Jan 2027` or `Tue 24
    /// Nov`.
    static func days(
        _ first: CalendarDate, _ last: CalendarDate, weekdays: Bool, years: Bool
    ) -> String {
        let end = day(last, weekday: weekdays, year: years)
        if first == last { return end }
        let isSameYear = first.year == last.year
        guard isSameYear, first.month == last.month else {
            return "\(day(first, weekday: weekdays, year: years && !isSameYear)) – \(end)"
        }
        return "\(weekdays ? "\(first.weekday.shortName) " : "")\(first.day) – \(end)"
    }

    /// Returns `25 Nov` or `Wed 25 Nov 2026`.
    static func day(_ date: CalendarDate, weekday: Bool, year: Bool) -> String {
        let name = weekday ? "\(date.weekday.shortName) " : ""
        return "\(name)\(dayAndMonth(date))\(year ? " \(date.year)" : "")"
    }

    /// Returns `+05:30`.
    func offset(_ instant: Instant) -> String { zone.offset(at: instant).description }

    /// Returns both ends with their UTC offsets, which differ if the clocks change within the
    /// period.
    func full(_ period: Period) -> String {
        "\(full(period.start)) to \(full(period.end))"
    }

    /// Returns both ends in short form.
    func short(_ period: Period, near reference: Instant) -> String {
        "\(short(period.start, near: reference)) to \(short(period.end, near: reference))"
    }

    private static func dayAndMonth(_ date: CalendarDate) -> String {
        "\(date.day) \(Self.months[date.month - 1])"
    }

    /// Shows seconds only if they are not zero.
    private func clock(_ time: TimeOfDay) -> String {
        time.second == 0 ? time.hoursAndMinutes : time.description
    }
}
