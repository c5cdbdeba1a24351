import CivilTime

/// Decides whether a clock can be right, given what the file says about the time.
///
/// A clock that is far ahead for a single run would drop the whole log and record years of
/// reports as done. A step is believed when records reach up to it without a gap, when it is
/// short and the kernel says that the clock is synchronized, or when runs agree for an hour.
/// Clocks that go back need no rule: nothing is dropped or recorded twice by them.
package enum ClockRule {
    package static func verdict(
        of reading: ClockReading, by evidence: ClockEvidence
    ) -> ClockVerdict {
        if reading.isAccepted { return .confirmed }
        guard let known = unconfirmed(reading, evidence) else { return .confirmed }
        return agrees(reading, evidence.held) ? .confirmed : .held(known: known)
    }

    /// The latest time that is known, where nothing confirms the step from there; else nil.
    private static func unconfirmed(
        _ reading: ClockReading, _ evidence: ClockEvidence
    ) -> Instant? {
        // The first run has nothing to compare its clock with: it only starts to count.
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

    /// Whether a run that was held back an hour ago or longer read the same clock.
    private static func agrees(_ reading: ClockReading, _ held: HeldRuns?) -> Bool {
        guard let held, continues(held, reading) else { return false }
        return reading.now.milliseconds - held.first.milliseconds >= ClockReading.hour
    }

    /// Whether a clock may be the one of the runs that were held back.
    package static func continues(_ held: HeldRuns, _ reading: ClockReading) -> Bool {
        let step = reading.now.milliseconds - held.last.milliseconds
        return (0...reading.window).contains(step)
    }
}
