/// Decides when a dispatcher polls for due callbacks while it has others in flight.
///
/// A poll is a transaction. While triggers arrive all the time, one poll takes many of them.
/// Otherwise a new callback is taken at once.
struct PollTimer {
    private var last: ContinuousClock.Instant?
    /// Whether there are new callbacks since the last poll.
    private(set) var isCalled = false

    /// The interval for callbacks that other processes queued, or that became due, in milliseconds.
    var interval = 20
    /// The minimum interval, in milliseconds.
    static let gap = 5

    /// Records that there are new callbacks.
    mutating func call() { isCalled = true }

    /// Records that the dispatcher polls now.
    mutating func begin(at now: ContinuousClock.Instant = .now) {
        isCalled = false
        last = now
    }

    /// Whether it is time for a poll.
    var isDue: Bool { isDue(at: .now) }

    func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard let last else { return true }
        return now - last >= .milliseconds(isCalled ? Self.gap : interval)
    }

    /// Returns how long to wait for a look at new callbacks, in milliseconds, or nil if there are
    /// none.
    ///
    /// - Parameter isFree: Whether nothing is in flight, so that a look does not have to wait.
    func wait(isFree: Bool, at now: ContinuousClock.Instant = .now) -> Int? {
        guard isCalled else { return nil }
        guard !isFree, let last else { return 0 }
        let left = last + .milliseconds(Self.gap) - now
        return max(0, Int((left / .milliseconds(1)).rounded(.up)))
    }
}
