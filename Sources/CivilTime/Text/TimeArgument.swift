/// A time on a command line.
package enum TimeArgument {
    /// Parses a timestamp with an offset, or `YYYY-MM-DD[THH:MM[:SS]]` as local time of the zone.
    ///
    /// A date without a time is its midnight. For local times that do not exist or occur twice, see
    /// ``TimeZoneRules/instant(of:)``.
    package static func instant(
        _ text: String, in zone: TimeZoneRules
    ) throws(TimeArgumentError) -> Instant {
        if let instant = Instant(timestamp: text) { return instant }
        guard let civil = CivilDateTime(text) else { throw TimeArgumentError(text: text) }
        return zone.instant(of: civil)
    }
}

/// The text is not a valid time.
package struct TimeArgumentError: Error, Hashable, Sendable, CustomStringConvertible {
    package var text: String

    package var description: String {
        "'\(text)' is not a valid time; use 2026-03-29, 2026-03-29T17:00 or 2026-03-29T17:00:00+02:00"
    }
}
