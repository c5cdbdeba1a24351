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
