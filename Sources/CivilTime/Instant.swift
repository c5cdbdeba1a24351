/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Below the command layer every time is an `Instant`; what a clock on a wall shows needs
/// ``TimeZoneRules`` as well. Leap seconds do not exist, as in POSIX.
package struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch, negative before it.
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        milliseconds = seconds * 1000
    }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { milliseconds.flooredDivision(by: 1000) }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant that many milliseconds later; earlier when negative.
    package func advanced(milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds + milliseconds)
    }

    /// The instant that many seconds later; earlier when negative.
    package func advanced(seconds: Int64) -> Instant {
        advanced(milliseconds: seconds * 1000)
    }

    /// The greatest multiple of `unit` milliseconds since the epoch that is not after this instant.
    package func rounded(downTo unit: Int64) -> Instant {
        Instant(milliseconds: milliseconds.flooredDivision(by: unit) * unit)
    }
}
