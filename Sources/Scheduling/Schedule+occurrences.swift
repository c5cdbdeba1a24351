package import CivilTime

// Each due date is converted to an instant, and the instants are compared instead of local times.
// If a zone skips a day, two due dates are the same instant. If it repeats a day, local times are
// ambiguous.
extension Schedule {
    /// Returns the first occurrence after an instant.
    package func occurrence(after instant: Instant) -> Instant {
        // By the choice of `reach`, at least one candidate is later, and below, at least one is
        // earlier.
        let later = candidates(from: instant, to: instant).filter { $0 > instant }
        return later.min() ?? instant
    }

    /// Returns the last occurrence before an instant.
    package func occurrence(before instant: Instant) -> Instant {
        let earlier = candidates(from: instant, to: instant).filter { $0 < instant }
        return earlier.max() ?? instant
    }

    /// Returns the last occurrence at or before an instant.
    package func occurrence(atOrBefore instant: Instant) -> Instant {
        occurrence(before: instant.advanced(milliseconds: 1))
    }

    /// Returns the occurrences after an instant, in ascending order. The sequence is infinite.
    package func occurrences(after instant: Instant) -> some Sequence<Instant> {
        sequence(first: occurrence(after: instant)) { occurrence(after: $0) }
    }

    /// Returns the occurrences after `start` up to and including `end`, in ascending order.
    package func occurrences(after start: Instant, through end: Instant) -> [Instant] {
        let between = candidates(from: start, to: end).filter { $0 > start && $0 <= end }
        return Set(between).sorted()
    }

    /// Returns the period that ends at an occurrence. It starts at the previous occurrence.
    package func period(endingAt occurrence: Instant) -> Period {
        Period(start: self.occurrence(before: occurrence), end: occurrence)
    }

    /// Returns all occurrences between two instants and the nearest ones on either side.
    private func candidates(from start: Instant, to end: Instant) -> [Instant] {
        let first = index(of: zone.civil(start).date) - reach
        let last = index(of: zone.civil(end).date) + reach
        guard first <= last else { return [] }
        return (first...last).map { index in
            zone.instant(of: CivilDateTime(date: dueDate(index), time: time))
        }
    }

    /// The number of due dates on either side that may be needed.
    ///
    /// With offsets between -25 and 26 hours, a zone can move by up to 51 hours. That is less than
    /// three days, one week or one month. One more is needed because the current day, week or month
    /// is incomplete.
    private var reach: Int { frequency == .daily ? 4 : 2 }
}
