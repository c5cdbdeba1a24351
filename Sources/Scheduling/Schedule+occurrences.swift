package import CivilTime

// Every due day is turned into an instant by itself, and the instants are compared, never the
// local times: where a zone skips a day, two due days fall on one instant, and where it repeats
// one, a local time says nothing about what is earlier.
extension Schedule {
    /// The first occurrence after the instant.
    package func occurrence(after instant: Instant) -> Instant {
        // Always one of them is later, by the choice of `reach`, and below one is earlier.
        let later = candidates(from: instant, to: instant).filter { $0 > instant }
        return later.min() ?? instant
    }

    /// The last occurrence before the instant.
    package func occurrence(before instant: Instant) -> Instant {
        let earlier = candidates(from: instant, to: instant).filter { $0 < instant }
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
        let between = candidates(from: start, to: end).filter { $0 > start && $0 <= end }
        return Set(between).sorted()
    }

    /// The period that an occurrence is the end of: since the occurrence before.
    package func period(endingAt occurrence: Instant) -> Period {
        Period(start: self.occurrence(before: occurrence), end: occurrence)
    }

    /// Occurrences that include all between the instants and the nearest on either side.
    private func candidates(from start: Instant, to end: Instant) -> [Instant] {
        let first = index(of: zone.civil(start).date) - reach
        let last = index(of: zone.civil(end).date) + reach
        guard first <= last else { return [] }
        return (first...last).map { index in
            zone.instant(of: CivilDateTime(date: dueDate(index), time: time))
        }
    }

    /// How many due days on either side of a day can be needed.
    ///
    /// Between -25 and 26 hours a zone can be put 51 hours off, which is less than three whole
    /// days, or than one whole week or month; one more is for the part of the one we are in.
    private var reach: Int { frequency == .daily ? 4 : 2 }
}
