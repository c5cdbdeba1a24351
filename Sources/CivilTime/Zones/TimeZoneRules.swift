/// The rules of one time zone of the tz database.
package struct TimeZoneRules: Hashable, Sendable {
    /// Name in the tz database, such as `Asia/Kolkata`.
    package let name: String
    private let table: TransitionTable

    /// UTC.
    package static let utc = TimeZoneRules(
        name: "UTC", table: TransitionTable(times: [], kinds: [], offsets: [.utc]))

    /// Reads the rules from the bytes of a TZif file, versions 1 to 4 (RFC 9636).
    package init(name: String, tzif bytes: [UInt8]) throws(TZifError) {
        self.init(name: name, table: try TZifReader.table(in: bytes))
    }

    private init(name: String, table: TransitionTable) {
        self.name = name
        self.table = table
    }

    /// How far the clocks of the zone are from UTC at that instant.
    package func offset(at instant: Instant) -> ZoneOffset {
        table.span(at: instant.seconds).offset
    }

    /// What the clocks of the zone show at that instant, to the second.
    package func civil(_ instant: Instant) -> CivilDateTime {
        let seconds = instant.seconds
        let offset = table.span(at: seconds).offset
        return CivilDateTime(secondsSinceEpoch: seconds + Int64(offset.seconds))
    }

    /// The first instant after that one at which another stretch of time begins.
    ///
    /// Mostly the clocks change then; sometimes only the abbreviation does. nil when none follows.
    package func transition(after instant: Instant) -> Instant? {
        let end = table.span(at: instant.seconds).end
        // A damaged or odd file may name a second that no instant can hold.
        return end > Int64.max / 1000 ? nil : Instant(seconds: end)
    }

    /// The rule that holds from the last change on.
    var latestRule: POSIXTimeZoneRule { table.latestRule }

    func span(at second: Int64) -> LocalTimeType { table.span(at: second) }
}
