package import CivilTime

/// The retry schedule of failed callbacks.
package enum CallbackRetryRule {
    /// The delays after the first, second and later attempts, in seconds.
    private static let waits: [Int64] = [5, 30, 300, 1800, 7200, 18_000, 36_000]

    /// The total number of attempts.
    package static var attempts: Int { waits.count + 1 }

    /// The longest delay before the next attempt, in milliseconds.
    ///
    /// A due time further ahead was set by a clock that was ahead, and is treated as now.
    package static let longestWait = Int64(Double(waits.max() ?? 0) * 1000 * (1 + maxJitter))

    /// The maximum jitter, as a fraction of the delay.
    private static let maxJitter = 0.2

    /// The longest delay that a receiver can request, in seconds.
    private static let longestRequestedDelay: Int64 = 3600

    /// Returns the time of the next attempt.
    ///
    /// - Parameters:
    ///   - triesLeft: The number of attempts that remained before the failed one, including it.
    ///   - now: When the attempt failed.
    ///   - retryAfter: The delay that the receiver requested, in seconds.
    ///   - jitter: A random number in 0..<1 that spreads callbacks that failed together.
    /// - Returns: The time, or `nil` if no attempts are left.
    package static func nextAttempt(
        triesLeft: Int, at now: Instant, retryAfter: Int64?, jitter: Double
    ) -> Instant? {
        let made = attempts - triesLeft
        guard triesLeft > 1, waits.indices.contains(made) else { return nil }
        let wait = Int64(Double(waits[made]) * 1000 * (1 + maxJitter * jitter))
        let asked = min(retryAfter ?? 0, longestRequestedDelay) * 1000
        return now.advanced(milliseconds: max(wait, asked))
    }
}
