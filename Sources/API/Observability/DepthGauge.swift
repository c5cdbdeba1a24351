import CallbackDispatch
import CivilTime
import Concurrency
import Glibc
import Storage
import Synchronization

/// The depth of the queue, counted by its own thread.
///
/// Counting a million callbacks takes a while, and a locked database does not respond at all.
/// Callers get the last known values.
final class DepthGauge: Sendable {
    struct Depth: Sendable {
        let waiting: Int
        let inFlight: Int
        /// Seconds since the oldest due callback was due; 0 if none is due.
        let age: Double
    }

    /// The database did not respond.
    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "the database does not respond" }
    }

    private struct State {
        var isCounting = false
        var last: (at: ContinuousClock.Instant, outcome: Result<Depth, any Error>)?
    }

    private let state = Mutex(State())
    private let thread = SerialThread(capacity: 1)
    private let pool: StorePool
    private let clock: @Sendable () -> Instant

    /// How long a count is considered current.
    private static let freshness = Duration.seconds(1)
    /// How long a count is used if it cannot be renewed.
    private static let maxAge = Duration.seconds(10)
    /// How long a caller waits for a new count.
    private static let timeout = Duration.milliseconds(500)

    init(_ pool: StorePool, _ clock: @escaping @Sendable () -> Instant) {
        (self.pool, self.clock) = (pool, clock)
    }

    /// Returns the depth. Waits at most half a second, or two seconds if nothing recent is known.
    ///
    /// - Throws: ``NoAnswer``, or the error that kept the database from being read.
    func depth() throws -> Depth {
        let isKnown = outcome(notOlderThan: Self.maxAge) != nil
        let end = ContinuousClock.now + Self.timeout * (isKnown ? 1 : 4)
        startCounting()
        while ContinuousClock.now < end {
            if let outcome = outcome(notOlderThan: Self.freshness) { return try outcome.get() }
            usleep(1_000)
        }
        guard let outcome = outcome(notOlderThan: Self.maxAge) else { throw NoAnswer() }
        return try outcome.get()
    }

    private func outcome(notOlderThan age: Duration) -> Result<Depth, any Error>? {
        state.withLock { state in
            state.last.flatMap { ContinuousClock.now - $0.at < age ? $0.outcome : nil }
        }
    }

    private func startCounting() {
        guard outcome(notOlderThan: Self.freshness) == nil else { return }
        let isFree = state.withLock { state in
            defer { state.isCounting = true }
            return !state.isCounting
        }
        guard isFree else { return }
        _ = thread.take { [weak self] in self?.count() }
    }

    private func count() {
        let outcome = Result { try pool.with { try count(in: $0) } }
        state.withLock { $0 = State(last: (ContinuousClock.now, outcome)) }
    }

    private func count(in stores: Stores) throws -> Depth {
        let now = clock()
        let counted = try stores.queue.depth(now: now)
        let age = counted.oldestDue.map { Double(now.milliseconds - $0.milliseconds) / 1000 }
        return Depth(waiting: counted.waiting, inFlight: counted.inFlight, age: max(0, age ?? 0))
    }
}
