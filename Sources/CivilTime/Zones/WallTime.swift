/// How often the clocks of a zone show a time, and when.
package enum WallTime: Hashable, Sendable {
    case once(Instant)
    /// The clocks skip it; the instant is later by the length of the gap.
    case never(moved: Instant)
    /// The clocks show it again after they went back.
    case twice(first: Instant, second: Instant)

    /// The instant that stands for the time: the first of two, the moved one of none.
    package var instant: Instant {
        switch self {
        case .once(let instant), .never(let instant), .twice(let instant, _): instant
        }
    }
}
