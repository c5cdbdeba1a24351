extension TimeZoneRules {
    /// The instant at which the clocks of the zone show that time.
    ///
    /// A time that they skip moves later by the length of the gap; one that they show twice
    /// means the first. Hours, minutes and seconds are taken to be in range.
    package func instant(of civil: CivilDateTime) -> Instant { wallTime(of: civil).instant }

    /// The instant of a time, and whether the clocks of the zone show it once, twice or never.
    package func wallTime(of civil: CivilDateTime) -> WallTime {
        let local = civil.secondsSinceEpoch
        let latest = local - Int64(ZoneOffset.possibleSeconds.lowerBound)
        var span = span(at: local - Int64(ZoneOffset.possibleSeconds.upperBound))
        var first: Instant?
        var moved: Instant?
        while true {
            let candidate = local - Int64(span.offset.seconds)
            if span.contains(candidate) {
                let match = Instant(seconds: candidate)
                if let first { return .twice(first: first, second: match) }
                first = match
            }
            guard span.end <= latest else { break }
            let next = self.span(at: span.end)
            if candidate >= span.end, local - Int64(next.offset.seconds) < span.end {
                moved = moved ?? Instant(seconds: candidate)
            }
            span = next
        }
        if let first { return .once(first) }
        return .never(moved: moved ?? Instant(seconds: local - Int64(span.offset.seconds)))
    }
}
