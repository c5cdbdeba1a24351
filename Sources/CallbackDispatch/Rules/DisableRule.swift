package import CivilTime

/// When a profile is disabled because nothing gets through to its endpoint any more.
package enum DisableRule {
    /// How long there must have been no success, in seconds.
    package static let silence: Int64 = 5 * 86_400
    /// How many callbacks must have failed in that time.
    package static let failures = 20

    /// - Parameters:
    ///   - lastSuccess: the last one, or else the beginning of the time that is watched.
    ///   - failed: how many callbacks failed in the last five days; asked only when it matters.
    package static func applies<Failure>(
        lastSuccess: Instant, now: Instant, failed: () throws(Failure) -> Int
    ) throws(Failure) -> Bool {
        guard lastSuccess.advanced(seconds: silence) <= now else { return false }
        return try failed() >= failures
    }
}
