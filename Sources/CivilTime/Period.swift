/// The half-open span of time `[start, end)` that a report covers.
package struct Period: Hashable, Sendable {
    package var start: Instant
    package var end: Instant

    /// A period of no length counts nothing; `end` before `start` is a programmer's mistake.
    package init(start: Instant, end: Instant) {
        precondition(start <= end, "a period ends before it starts")
        self.start = start
        self.end = end
    }

    package func contains(_ instant: Instant) -> Bool {
        start <= instant && instant < end
    }

    /// Length in milliseconds.
    package var length: Int64 { end.milliseconds - start.milliseconds }
}
