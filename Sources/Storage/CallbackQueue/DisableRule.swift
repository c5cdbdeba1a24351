package import CivilTime

/// The rule that disables a profile whose endpoint keeps failing.
package enum DisableRule {
    /// The minimum time without a success, in seconds.
    package static let silence: Int64 = 5 * 86_400
    /// The minimum number of callbacks that failed in that time.
    package static let failures = 20

    /// Returns whether to disable the profile.
    ///
    /// - Parameters:
    ///   - lastSuccess: The time of the last success, or else of the start of observation.
    ///   - now: The current time.
    ///   - failed: Returns how many callbacks failed in the last five days. Called only if needed.
    package static func applies<Failure>(
        lastSuccess: Instant, now: Instant, failed: () throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        guard lastSuccess.advanced(seconds: silence) <= now else { return false }
        return try failed() >= failures
    }
}
