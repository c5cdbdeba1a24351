/// The rules of a time zone in the tz database.
///
///     let zone = try ZoneDatabase(directory: "/usr/share/zoneinfo").zone(named: "Asia/Kolkata")
///     let local = zone.civil(instant)
///     let due = zone.instant(of: CivilDateTime(date: local.date, time: time))
package struct TimeZoneRules: Hashable, Sendable {
    /// The name in the tz database, such as `Asia/Kolkata`.
    package let name: String
    private let table: TransitionTable

    /// The UTC time zone.
    package static let utc = TimeZoneRules(
        name: "UTC", table: TransitionTable(times: [], kinds: [], offsets: [.utc]))

    /// Parses a TZif file of version 1 to 4 (RFC 9636).
    ///
    /// - Throws: ``TZifError`` if the file is invalid.
    package init(name: String, tzif bytes: [UInt8]) throws(TZifError) {
        self.init(name: name, table: try TZifReader.table(in: bytes))
    }

    private init(name: String, table: TransitionTable) {
        self.name = name
        self.table = table
    }

    /// Returns the UTC offset at an instant.
    package func offset(at instant: Instant) -> ZoneOffset {
        table.span(at: instant.seconds).offset
    }

    /// Returns the local time at an instant, rounded down to seconds.
    package func civil(_ instant: Instant) -> CivilDateTime {
        let seconds = instant.seconds
        let offset = table.span(at: seconds).offset
        return CivilDateTime(secondsSinceEpoch: seconds + Int64(offset.seconds))
    }

    /// Returns the first transition after an instant, or nil if there is none.
    ///
    /// A transition usually changes the clocks, but sometimes only the abbreviation.
    package func transition(after instant: Instant) -> Instant? {
        let end = table.span(at: instant.seconds).end
        // A damaged file can contain seconds that are outside of the range of `Instant`.
        return end > Int64.max / 1000 ? nil : Instant(seconds: end)
    }

    /// The rule after the last transition.
    var latestRule: POSIXTimeZoneRule { table.latestRule }

    func span(at second: Int64) -> LocalTimeType { table.span(at: second) }
}
