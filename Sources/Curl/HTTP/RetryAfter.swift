/// The response header that says when to retry (RFC 9110, section 10.2.3).
package enum RetryAfter {
    /// Returns the delay in seconds, or `nil` if the text is neither a number nor a date.
    ///
    /// - Parameter now: The current time, in seconds since 1970.
    package static func seconds(_ text: String, at now: Int64) -> Int64? {
        // Some receivers send fractions, which RFC 9110 does not allow. Whole seconds are exact
        // enough.
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        // A number that overflows still means a long delay.
        if isNumber { return Int64(parts[0]) ?? .max }
        guard let date = HTTPDate.seconds(text) else { return nil }
        return max(0, date - now)
    }
}

extension HTTPResult {
    /// Returns the delay that the server requested, in seconds after `now`.
    package func retryAfter(at now: Int64) -> Int64? {
        header("Retry-After").flatMap { RetryAfter.seconds($0, at: now) }
    }
}
