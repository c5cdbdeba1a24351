import CivilTime

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
        // The first run has nothing to compare its clock with, and only starts counting.
        guard let lastRun = evidence.lastRun else { return nil }
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
