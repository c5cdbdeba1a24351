import CivilTime
import Scheduling

/// When a mail that could not be delivered is tried again, and for how long.
enum ReportRetryRule {
    /// 1, 2, 4 … up to 60 minutes after that many attempts.
    static func nextAttempt(after attempts: Int, at now: Instant) -> Instant {
        let minutes = min(60, 1 << min(max(attempts - 1, 0), 6))
        return now.advanced(seconds: Int64(minutes) * 60)
    }

    /// No mail waits longer than this for its next attempt, in milliseconds.
    ///
    /// A wait that seems longer was set by a clock that was ahead, so it is over. Hosts that
    /// share a file may differ by five minutes.
    static let longestWait: Int64 = 65 * 60 * 1000

    /// How long a report is of use after the first attempt: the next one would be due.
    static func expiry(of frequency: Frequency, from first: Instant) -> Instant {
        let hours: Int64 = frequency == .daily ? 24 : 72
        return first.advanced(seconds: hours * 3600)
    }

    /// How long a run may be at one delivery before another takes over.
    static let leaseSeconds: Int64 = 15 * 60
}
