package import CivilTime

/// When a callback that failed is sent again, and how often.
package enum CallbackRetryRule {
    /// Waits after the first attempt, the second and so on, in seconds.
    private static let waits: [Int64] = [5, 30, 300, 1800, 7200, 18_000, 36_000]

    /// How many attempts are made in all.
    package static var attempts: Int { waits.count + 1 }

    /// No callback waits longer than this for its next attempt, in milliseconds.
    ///
    /// A due time that is further away was set by a clock that was ahead: it counts as now.
    package static let longestWait = Int64(Double(waits.max() ?? 0) * 1000 * (1 + mostChance))

    /// The most that chance adds to a wait, as a part of it.
    private static let mostChance = 0.2

    /// The longest wait that a receiver can ask for, in seconds.
    private static let longestAnswer: Int64 = 3600

    /// - Parameters:
    ///   - triesLeft: how many attempts were left before the one that failed; it counted as one.
    ///   - retryAfter: how long the receiver asks to wait, in seconds.
    ///   - chance: from 0 up to 1, so that those who failed together do not come back together.
    /// - Returns: nil when no attempt is left.
    package static func nextAttempt(
        triesLeft: Int, at now: Instant, retryAfter: Int64?, jitter: Double
    ) -> Instant? {
        let made = attempts - triesLeft
        guard triesLeft > 1, waits.indices.contains(made) else { return nil }
        let wait = Int64(Double(waits[made]) * 1000 * (1 + mostChance * jitter))
        let asked = min(retryAfter ?? 0, longestAnswer) * 1000
        return now.advanced(milliseconds: max(wait, asked))
    }
}
