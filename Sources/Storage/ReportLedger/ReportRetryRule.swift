package import CivilTime

/// Determines when and for how long to retry an email that could not be delivered.
package enum ReportRetryRule {
    /// Returns the time of the next attempt: 1, 2, 4, … up to 60 minutes after the last one.
    ///
    /// - Parameter attempts: The number of attempts so far.
    package static func nextAttempt(after attempts: Int, at now: Instant) -> Instant {
        let minutes = min(60, 1 << min(max(attempts - 1, 0), 6))
        return now.advanced(seconds: Int64(minutes) * 60)
    }

    /// The longest wait before the next attempt, in milliseconds.
    ///
    /// A longer wait was set by a clock that was ahead, so the email is due now. The extra five
    /// minutes allow for clock differences between hosts that share a database.
    package static let longestWait: Int64 = 65 * 60 * 1000

    /// Returns when to stop retrying: by then, the next report of a daily series is due.
    package static func expiry(of frequency: Frequency, from first: Instant) -> Instant {
        let hours: Int64 = frequency == .daily ? 24 : 72
        return first.advanced(seconds: hours * 3600)
    }

    /// How long a run owns a delivery before another run may take it over, in seconds.
    package static let leaseSeconds: Int64 = 15 * 60
}
