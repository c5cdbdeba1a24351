extension TimeZoneRules {
    /// The instant at which the clocks of the zone show that time.
    ///
    /// A time that they skip moves later by the length of the gap; one that they show twice
    /// means the first. Hours, minutes and seconds are taken to be in range.
    package func instant(of civil: CivilDateTime) -> Instant { wallTime(of: civil).instant }

    /// The instant of a time, and whether the clocks of the zone show it once, twice or never.
    package func wallTime(of civil: CivilDateTime) -> WallTime {
        let local = civil.secondsSinceEpoch
        var matches: [Instant] = []
        var moved: Instant?
        let earliest = local - Int64(ZoneOffset.possibleSeconds.upperBound)
        let latest = local - Int64(ZoneOffset.possibleSeconds.lowerBound)
        var span = span(at: earliest)
        while true {
            let candidate = local - Int64(span.offset.seconds)
            if span.contains(candidate) { matches.append(Instant(seconds: candidate)) }
            guard span.end <= latest else { break }
            let next = self.span(at: span.end)
            if candidate >= span.end, local - Int64(next.offset.seconds) < span.end {
                moved = moved ?? Instant(seconds: candidate)
            }
            span = next
        }
        return Self.wallTime(
            matches, moved: moved ?? Instant(seconds: local - Int64(span.offset.seconds)))
    }

    private static func wallTime(_ matches: [Instant], moved: Instant) -> WallTime {
        guard let first = matches.first else { return .never(moved: moved) }
        return matches.count == 1 ? .once(first) : .twice(first: first, second: matches[1])
    }
}
