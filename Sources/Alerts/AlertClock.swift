package import CivilTime

/// Compares the clock of an evaluation with that of earlier ones.
///
/// Alerts decide by the time that has passed. A clock that jumps adds or repeats time in which
/// nothing happened, and must not raise an alert.
package struct AlertClock: Hashable, Sendable {
    /// When the last evaluation was recorded.
    package var evaluatedAt: Instant?
    /// The time between the last two recorded evaluations, in milliseconds.
    package var interval: Int64 = 0
    /// The end of the last gap between evaluations, which may have been a jump of the clock.
    package var trustedSince: Instant?

    package init() {}

    package init(evaluatedAt: Instant?, interval: Int64, trustedSince: Instant?) {
        self.evaluatedAt = evaluatedAt
        self.interval = interval
        self.trustedSince = trustedSince
    }

    /// The time of an evaluation, and what it may conclude from it.
    package struct Reading: Hashable, Sendable {
        package var now: Instant
        /// Time before this does not count as time that has passed without a delivery.
        package var trustedSince: Instant
        /// Attempts that finished earlier are from an old log and change no state.
        package var horizon: Instant
        /// Whether the stored times are from a wrong clock and must be moved to now.
        package var clampsStates = false

        package init(
            now: Instant, trustedSince: Instant? = nil, horizon: Instant? = nil
        ) {
            self.now = now
            self.trustedSince = trustedSince ?? Instant(milliseconds: 0)
            self.horizon = horizon ?? now.advanced(milliseconds: -AlertRule.hour)
        }
    }

    /// How often an evaluation is recorded, in milliseconds.
    private static let recordingInterval: Int64 = 5 * 60_000
    /// A longer time between evaluations is a gap, unless the last one was about as long.
    private static let longestInterval: Int64 = 15 * 60_000
    /// The largest step back that an evaluation waits out. A larger one corrects a wrong clock.
    private static let longestWait = 2 * AlertRule.hour

    /// Returns what an evaluation may conclude from its clock, or `nil` if it must not evaluate
    /// because the clock was set back and has not reached the last evaluation yet.
    ///
    /// - Returns: Also whether this value changed and must be stored.
    package mutating func read(_ now: Instant) -> (reading: Reading, isChanged: Bool)? {
        guard let last = evaluatedAt else {
            self = AlertClock(evaluatedAt: now, interval: 0, trustedSince: nil)
            return (Reading(now: now), true)
        }
        let gap = now.milliseconds - last.milliseconds
        if gap < 0 {
            guard gap < -Self.longestWait else { return nil }
            self = AlertClock(evaluatedAt: now, interval: 0, trustedSince: now)
            var reading = Reading(now: now, trustedSince: now)
            reading.clampsStates = true
            return (reading, true)
        }
        let isGap = gap > max(Self.longestInterval, interval + interval / 2)
        if isGap { trustedSince = now }
        let isRecorded = isGap || gap >= Self.recordingInterval
        if isRecorded { (evaluatedAt, interval) = (now, gap) }
        let horizon = last.advanced(milliseconds: -AlertRule.hour)
        return (Reading(now: now, trustedSince: trustedSince, horizon: horizon), isRecorded)
    }
}
