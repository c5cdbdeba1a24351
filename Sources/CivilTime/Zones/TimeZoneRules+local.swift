extension TimeZoneRules {
    /// The instant at which the clocks of the zone show that time.
    ///
    /// A time that they skip moves later by the length of the gap; one that they show twice
    /// means the first. Hours, minutes and seconds are taken to be in range.
    package func instant(of civil: CivilDateTime) -> Instant { wallTime(of: civil).instant }

    /// The instant of a time, and whether the clocks of the zone show it once, twice or never.
    package func wallTime(of civil: CivilDateTime) -> WallTime {
        let local = civil.secondsSinceEpoch
        let spans = spans(near: local)
        // Mostly no change is near, and then no clock can skip or repeat the time.
        if spans.count == 1 { return .once(Instant(seconds: spans[0].second(showing: local))) }
        let matches = spans.filter { $0.contains($0.second(showing: local)) }
        let instants = matches.map { Instant(seconds: $0.second(showing: local)) }
        guard let first = instants.first else { return .never(moved: moved(local, past: spans)) }
        return instants.count > 1 ? .twice(first: first, second: instants[1]) : .once(first)
    }

    /// Every span whose clocks could show that time, whatever its offset; never none.
    private func spans(near local: Int64) -> [LocalTimeType] {
        let latest = local - Int64(ZoneOffset.possibleSeconds.lowerBound)
        var spans = [span(at: local - Int64(ZoneOffset.possibleSeconds.upperBound))]
        while let last = spans.last, last.end <= latest { spans.append(span(at: last.end)) }
        return spans
    }

    /// A time in the gap between two spans, by the offset of the earlier one.
    private func moved(_ local: Int64, past spans: [LocalTimeType]) -> Instant {
        let gap = zip(spans, spans.dropFirst()).first { before, after in
            before.second(showing: local) >= before.end
                && after.second(showing: local) < before.end
        }
        return Instant(seconds: (gap?.0 ?? spans[spans.count - 1]).second(showing: local))
    }
}
