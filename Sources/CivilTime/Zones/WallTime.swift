/// The instants of a local time.
package enum WallTime: Hashable, Sendable {
    case once(Instant)
    /// The local time is skipped. The instant is later by the length of the gap.
    case never(moved: Instant)
    /// The local time occurs again after the clocks went back.
    case twice(first: Instant, second: Instant)

    /// The instant to use for the local time: the first of two, or the moved one if there is none.
    package var instant: Instant {
        switch self {
        case .once(let instant), .never(let instant), .twice(let instant, _): instant
        }
    }
}
