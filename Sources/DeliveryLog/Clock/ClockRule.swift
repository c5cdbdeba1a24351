package import CivilTime

/// Decides whether a clock can be correct, based on what the database says about the time.
///
/// A clock that is far ahead during a single run could delete the whole log and mark years of
/// reports as done. A step forward is accepted if records reach up to it without a gap, if it is
/// short and the kernel reports the clock as synchronized, or if runs agree for an hour. Clocks
/// that go back need no rule: they delete nothing and record nothing twice.
package enum ClockRule {
    package static func verdict(
        of reading: ClockReading, by evidence: ClockEvidence
    ) -> ClockVerdict {
        if reading.isAccepted { return .confirmed }
        guard let known = unconfirmed(reading, evidence) else { return .confirmed }
        return agrees(reading, evidence.held) ? .confirmed : .held(known: known)
    }

    /// Returns the latest known time if nothing confirms the step from there, or `nil`.
    private static func unconfirmed(
        _ reading: ClockReading, _ evidence: ClockEvidence
    ) -> Instant? {
        guard let lastRun = evidence.lastRun else {
            // The first run has nothing to compare its clock with, and only starts counting.
            guard reading.isPruning, let newest = evidence.newestRecord else { return nil }
            return age(newest) > reading.window ? newest : nil
        }
        let known = max(evidence.newestRecord ?? lastRun, lastRun)
        guard age(lastRun) > ClockReading.day, evidence.longestSilence > ClockReading.day else {
            return nil
        }
        if evidence.longestSilence > reading.window { return lastRun }
        return reading.isSynchronized || age(known) <= ClockReading.day ? nil : known

        func age(_ instant: Instant) -> Int64 {
            reading.now.milliseconds - instant.milliseconds
        }
    }

    /// Returns whether a run that was held at least an hour ago read the same clock.
    private static func agrees(_ reading: ClockReading, _ held: HeldRuns?) -> Bool {
        guard let held, continues(held, reading) else { return false }
        return reading.now.milliseconds - held.first.milliseconds >= ClockReading.hour
    }

    /// Returns whether the clock may be the one of the held runs.
    package static func continues(_ held: HeldRuns, _ reading: ClockReading) -> Bool {
        let step = reading.now.milliseconds - held.last.milliseconds
        return (0...reading.window).contains(step)
    }
}

/// What a process knows about its clock.
package struct ClockReading: Hashable, Sendable {
    package var now: Instant
    /// Whether the kernel reports the clock as synchronized. True if it reports nothing.
    package var isSynchronized: Bool
    /// Whether the operator has confirmed the time.
    package var isAccepted: Bool
    /// Whether the process only deletes old data. Then it needs a confirmation even for its first
    /// reading.
    package var isPruning: Bool
    /// The maximum number of missed daily reports that are sent late.
    package var catchUp: Int

    package init(
        now: Instant, isSynchronized: Bool, isAccepted: Bool = false, isPruning: Bool = false,
        catchUp: Int
    ) {
        self.now = now
        self.isSynchronized = isSynchronized
        self.isAccepted = isAccepted
        self.isPruning = isPruning
        self.catchUp = catchUp
    }

    package static let hour: Int64 = 3_600_000
    package static let day: Int64 = 24 * hour

    /// The longest step of the clock that records alone can confirm, in milliseconds.
    ///
    /// One day longer than the time for which reports are sent late, and at least eight days, so
    /// that a job that runs weekly is never held.
    package var window: Int64 { Int64(min(max(catchUp, 7), 31) + 1) * Self.day }
}

/// What the database says about the time, to compare a clock with.
package struct ClockEvidence: Hashable, Sendable {
    /// The latest time that an earlier run confirmed. Before the first run, the latest time of an
    /// import, or `nil` if there was none.
    package var lastRun: Instant?
    /// The newest record that is not later than the clock.
    package var newestRecord: Instant?
    /// The longest time without a record between the last run and now, in milliseconds.
    package var longestSilence: Int64
    /// The runs that were held since the last confirmed one.
    package var held: HeldRuns?

    package init(
        lastRun: Instant?, newestRecord: Instant?, longestSilence: Int64, held: HeldRuns?
    ) {
        self.lastRun = lastRun
        self.newestRecord = newestRecord
        self.longestSilence = longestSilence
        self.held = held
    }
}

/// Consecutive runs whose clock nothing confirmed.
package struct HeldRuns: Hashable, Sendable {
    /// The time of the clock in the first run.
    package var first: Instant
    /// The time of the clock in the latest run.
    package var last: Instant

    package init(first: Instant, last: Instant) {
        self.first = first
        self.last = last
    }
}

/// Whether a process may act on its clock.
package enum ClockVerdict: Hashable, Sendable {
    case confirmed
    /// Nothing may be deleted, scheduled or sent by this clock.
    ///
    /// - Parameter known: The latest time that the database confirms.
    case held(known: Instant)
}
