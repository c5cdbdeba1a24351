package import CivilTime

// Every due day is turned into an instant by itself, and the instants are compared, never the
// local times: where a zone skips a day, two due days fall on one instant, and where it repeats
// one, a local time says nothing about what is earlier.
extension Schedule {
    /// The first occurrence after the instant.
    package func occurrence(after instant: Instant) -> Instant {
        let later = candidates(around: instant).filter { $0 > instant }
        return later.min() ?? instant
    }

    /// The last occurrence before the instant.
    package func occurrence(before instant: Instant) -> Instant {
        let earlier = candidates(around: instant).filter { $0 < instant }
        return earlier.max() ?? instant
    }

    /// The last occurrence that is not after the instant.
    package func occurrence(atOrBefore instant: Instant) -> Instant {
        occurrence(before: instant.advanced(milliseconds: 1))
    }

    /// The occurrences after the instant, earliest first, without end.
    package func occurrences(after instant: Instant) -> some Sequence<Instant> {
        sequence(first: occurrence(after: instant)) { occurrence(after: $0) }
    }

    /// The occurrences after the one instant and up to the other, earliest first.
    package func occurrences(after start: Instant, through end: Instant) -> [Instant] {
        Array(occurrences(after: start).prefix { $0 <= end })
    }

    /// The period that an occurrence is the end of: since the occurrence before.
    package func period(endingAt occurrence: Instant) -> Period {
        Period(start: self.occurrence(before: occurrence), end: occurrence)
    }

    /// Occurrences that include the nearest on either side of the instant.
    ///
    /// Clocks are at most 26 hours from UTC and a gap is at most 51 hours long, so four days on
    /// either side are enough for the shortest frequency.
    private func candidates(around instant: Instant) -> [Instant] {
        let middle = index(of: zone.civil(instant).date)
        return (middle - 4...middle + 4).map { index in
            zone.instant(of: CivilDateTime(date: dueDate(index), time: time))
        }
    }
}
