package import CivilTime

/// Instants as the clocks of the company's zone show them, in English.
package struct LocalTimeFormat {
    private let zone: TimeZoneRules

    package init(zone: TimeZoneRules) {
        self.zone = zone
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `25 Nov 2026`.
    package func date(_ instant: Instant) -> String {
        let date = zone.civil(instant).date
        return "\(dayAndMonth(date)) \(date.year)"
    }

    /// `Wed 25 Nov 2026, 17:00 +05:30`.
    package func full(_ instant: Instant) -> String {
        let civil = zone.civil(instant)
        return "\(civil.date.weekday.shortName) \(dayAndMonth(civil.date)) \(civil.date.year), "
            + "\(clock(civil.time)) \(offset(instant))"
    }

    /// `Wed 25 Nov, 17:00`, with the year where it is not that of `reference`.
    package func short(_ instant: Instant, near reference: Instant) -> String {
        let civil = zone.civil(instant)
        let isSameYear = civil.date.year == zone.civil(reference).date.year
        let year = isSameYear ? "" : " \(civil.date.year)"
        return "\(day(instant))\(year), \(civil.time.hoursAndMinutes)"
    }

    /// `Wed 25 Nov`.
    package func day(_ instant: Instant) -> String {
        let date = zone.civil(instant).date
        return "\(date.weekday.shortName) \(dayAndMonth(date))"
    }

    /// `Wed 17:00`.
    func hour(_ instant: Instant) -> String {
        let civil = zone.civil(instant)
        return "\(civil.date.weekday.shortName) \(civil.time.hoursAndMinutes)"
    }

    /// `+05:30`.
    func offset(_ instant: Instant) -> String { zone.offset(at: instant).description }

    /// Both ends with their offsets, which differ when the clocks change within the period.
    func full(_ period: Period) -> String {
        "\(full(period.start)) to \(full(period.end))"
    }

    /// Both ends in brief.
    func short(_ period: Period, near reference: Instant) -> String {
        "\(short(period.start, near: reference)) to \(short(period.end, near: reference))"
    }

    private func dayAndMonth(_ date: CalendarDate) -> String {
        "\(date.day) \(Self.months[date.month - 1])"
    }

    /// Seconds are shown only where there are any.
    private func clock(_ time: TimeOfDay) -> String {
        time.second == 0 ? time.hoursAndMinutes : time.description
    }
}
