package import CivilTime

/// What a program's clock says, and what the program knows about that clock.
package struct ClockReading: Hashable, Sendable {
    package var now: Instant
    /// Whether the kernel says that the clock is synchronized; true where it says nothing.
    package var isSynchronized: Bool
    /// Whether the operator vouches for the time.
    package var isAccepted: Bool
    /// How many missed daily reports are sent at most.
    package var catchUp: Int

    package init(
        now: Instant, isSynchronized: Bool, isAccepted: Bool = false, catchUp: Int
    ) {
        self.now = now
        self.isSynchronized = isSynchronized
        self.isAccepted = isAccepted
        self.catchUp = catchUp
    }

    package static let hour: Int64 = 3_600_000
    package static let day: Int64 = 24 * hour

    /// The longest step of the clock that records alone can confirm, in milliseconds.
    ///
    /// It is one day longer than the time for which reports are caught up on, and at least eight
    /// days, so that a job that runs once a week never waits.
    var window: Int64 { Int64(min(max(catchUp, 7), 31) + 1) * Self.day }
}

/// What the file says about the time, to compare a clock with.
package struct ClockEvidence: Hashable, Sendable {
    /// The latest time that an earlier run confirmed; nil before the first run.
    package var lastRun: Instant?
    /// The newest record that is not later than the clock.
    package var newestRecord: Instant?
    /// The longest time without a record between the last run and now, in milliseconds.
    package var longestSilence: Int64
    /// Runs that were held back since the last confirmed one.
    package var held: HeldRuns?

    package init(
        lastRun: Instant?, newestRecord: Instant?, longestSilence: Int64, held: HeldRuns?
    ) {
        self.lastRun = lastRun
        self.newestRecord = newestRecord
        self.longestSilence = longestSilence
        self.held = held
    }
}

/// Runs in a row whose clock nothing confirmed.
package struct HeldRuns: Hashable, Sendable {
    /// What the clock of the first one said.
    package var first: Instant
    /// What the clock of the latest one said.
    package var last: Instant

    package init(first: Instant, last: Instant) {
        self.first = first
        self.last = last
    }
}

/// Whether a program may act on its clock.
package enum ClockVerdict: Hashable, Sendable {
    case confirmed
    /// Nothing may be dropped, scheduled or sent by this clock.
    ///
    /// - Parameter known: the latest time that the file confirms.
    case held(known: Instant)
}
