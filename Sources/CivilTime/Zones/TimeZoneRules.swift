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

extension TimeZoneRules {
    /// Returns the instant of a local time.
    ///
    /// A local time that is skipped is moved forward by the length of the gap. For a local time
    /// that occurs twice, the first instant is returned. Hours, minutes and seconds must be in
    /// their ranges.
    package func instant(of civil: CivilDateTime) -> Instant { wallTime(of: civil).instant }

    /// Returns the instant of a local time, and whether the local time occurs once, twice or never.
    package func wallTime(of civil: CivilDateTime) -> WallTime {
        let local = civil.secondsSinceEpoch
        let ranges = ranges(near: local)
        // Usually no transition is nearby, so the local time cannot be skipped or repeated.
        if ranges.count == 1 { return .once(Instant(seconds: ranges[0].second(showing: local))) }
        let matches = ranges.filter { $0.contains($0.second(showing: local)) }
        let instants = matches.map { Instant(seconds: $0.second(showing: local)) }
        guard let first = instants.first else { return .never(moved: moved(local, past: ranges)) }
        return instants.count > 1 ? .twice(first: first, second: instants[1]) : .once(first)
    }

    /// Returns all ranges that could contain the local time with any possible offset. Never empty.
    private func ranges(near local: Int64) -> [LocalTimeType] {
        let latest = local - Int64(ZoneOffset.possibleSeconds.lowerBound)
        var ranges = [span(at: local - Int64(ZoneOffset.possibleSeconds.upperBound))]
        while let last = ranges.last, last.end <= latest { ranges.append(span(at: last.end)) }
        return ranges
    }

    /// Returns the instant of a local time in a gap, using the offset before the gap.
    private func moved(_ local: Int64, past ranges: [LocalTimeType]) -> Instant {
        let gap = zip(ranges, ranges.dropFirst()).first { before, after in
            before.second(showing: local) >= before.end
                && after.second(showing: local) < before.end
        }
        return Instant(seconds: (gap?.0 ?? ranges[ranges.count - 1]).second(showing: local))
    }
}

/// A time range in which a zone has a constant offset.
struct LocalTimeType {
    var offset: ZoneOffset
    /// The first second since the epoch, or `Int64.min` if the range has no beginning.
    var start: Int64
    /// The first second after the range, or `Int64.max` if the range has no end.
    var end: Int64

    /// Returns when clocks with this offset show a local time, given in seconds since
    /// 1970-01-01T00:00:00 local time.
    func second(showing local: Int64) -> Int64 { local - Int64(offset.seconds) }

    func contains(_ second: Int64) -> Bool { start <= second && second < end }
}

/// The instants of a local time.
package enum WallTime: Hashable, Sendable {
    case once(Instant)
    /// The local time is skipped. The instant is later by the length of the gap.
    case never(moved: Instant)
    /// The local time occurs again after the clocks went back.
    case twice(first: Instant, second: Instant)

    /// The instant to use for the local time: the first of two, or the moved one if there is none.
    package var instant: Instant {
        switch self {
        case .once(let instant), .never(let instant), .twice(let instant, _): instant
        }
    }
}
