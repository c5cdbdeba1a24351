/// A time as people write it on a command line.
package enum TimeArgument {
    /// Reads RFC 3339, or `YYYY-MM-DD[THH:MM[:SS]]` on the clocks of the zone.
    ///
    /// A day alone means its midnight; a local time that does not exist, or exists twice,
    /// follows the rule of ``TimeZoneRules/instant(of:)``.
    package static func instant(
        _ text: String, in zone: TimeZoneRules
    ) throws(TimeArgumentError) -> Instant {
        if let instant = Instant(rfc3339: text) { return instant }
        guard let civil = CivilDateTime(text) else { throw TimeArgumentError(text: text) }
        return zone.instant(of: civil)
    }
}

/// A text that is no time.
package struct TimeArgumentError: Error, Hashable, Sendable, CustomStringConvertible {
    package var text: String

    package var description: String {
        "'\(text)' is not a time; write 2026-03-29, 2026-03-29T17:00 or 2026-03-29T17:00:00+02:00"
    }
}
