import CivilTime

/// Formats an instant as in RFC 5322 section 3.3.
enum MailDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns `Wed, 25 Nov 2026 17:00:00 +0530`. Seconds in the offset are rounded down to the
    /// minute.
    static func text(_ instant: Instant, offset: Int) -> String {
        let wholeMinutes = offset.flooredDivision(by: 60) * 60
        let local = CivilDateTime(secondsSinceEpoch: instant.seconds + Int64(wholeMinutes))
        let date = local.date
        let zone = ZoneOffset(seconds: wholeMinutes, abbreviation: "").description
        return "\(date.weekday.shortName), \(padded(date.day, to: 2)) \(months[date.month - 1]) "
            + "\(date.year) \(local.time) \(zone.filter { $0 != ":" })"
    }
}
