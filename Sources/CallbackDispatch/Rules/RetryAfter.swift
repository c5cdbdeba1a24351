package import CivilTime
import Curl

/// The header in which a receiver says when it wants to be asked again (RFC 9110 10.2.3).
package enum RetryAfter {
    /// Seconds from now on; nil where the text is neither a number nor a date.
    package static func seconds(_ text: String, now: Instant) -> Int64? {
        // Some receivers write a fraction, which is no number of RFC 9110; seconds are exact enough.
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        // A number that is too large for us is a long wait all the same.
        if isNumber { return Int64(parts[0]) ?? .max }
        guard let date = HTTPDate.seconds(text) else { return nil }
        return max(0, date - now.seconds)
    }
}
