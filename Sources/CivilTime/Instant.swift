/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Below the command layer, all times are instants. Local times require ``TimeZoneRules``. As in
/// POSIX, leap seconds do not count.
///
///     let instant = Instant(rfc3339: "2026-11-25T17:00:00+05:30")
///     let nextDay = instant?.advanced(seconds: 86_400)
package struct Instant: Hashable, Comparable, Sendable {
    /// The milliseconds since the Unix epoch. Negative before it.
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        milliseconds = seconds * 1000
    }

    /// The seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { milliseconds.flooredDivision(by: 1000) }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Returns the instant a number of milliseconds later, or earlier if negative.
    package func advanced(milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds + milliseconds)
    }

    /// Returns the instant a number of seconds later, or earlier if negative.
    package func advanced(seconds: Int64) -> Instant {
        advanced(milliseconds: seconds * 1000)
    }

    /// Returns the latest multiple of `unit` milliseconds since the epoch that is not after this
    /// instant.
    package func rounded(downTo unit: Int64) -> Instant {
        Instant(milliseconds: milliseconds.flooredDivision(by: unit) * unit)
    }
}

/// A half-open time range `[start, end)` that a report covers.
package struct Period: Hashable, Sendable {
    package var start: Instant
    package var end: Instant

    /// Creates a period. It may be empty. Traps if `end` is before `start`.
    package init(start: Instant, end: Instant) {
        precondition(start <= end, "a period ends before it starts")
        self.start = start
        self.end = end
    }

    package func contains(_ instant: Instant) -> Bool {
        start <= instant && instant < end
    }

    /// The length in milliseconds.
    package var length: Int64 { end.milliseconds - start.milliseconds }
}
