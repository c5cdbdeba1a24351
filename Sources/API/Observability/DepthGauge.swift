import CivilTime
import Glibc
import Synchronization
import Threads

/// How many callbacks wait, counted now and then by a thread of its own.
///
/// With a million it takes a while, and a database that somebody holds gives no answer at all:
/// whoever asks gets what is known.
final class DepthGauge: Sendable {
    struct Depth: Sendable {
        let waiting: Int
        let inFlight: Int
        /// Seconds since the first of those that are due was; 0 when none is.
        let age: Double
    }

    /// The database gives no answer.
    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "the database does not answer" }
    }

    private struct State {
        var isCounting = false
        var last: (at: ContinuousClock.Instant, outcome: Result<Depth, any Error>)?
    }

    private let state = Mutex(State())
    private let thread = SerialThread(capacity: 1)
    private let pool: StorePool
    private let clock: @Sendable () -> Instant

    /// For how long a count is as good as new.
    private static let freshness = Duration.seconds(1)
    /// For how long one counts that cannot be renewed.
    private static let endurance = Duration.seconds(10)
    /// How long whoever asks waits for a new count.
    private static let timeout = Duration.milliseconds(500)

    init(_ pool: StorePool, _ clock: @escaping @Sendable () -> Instant) {
        (self.pool, self.clock) = (pool, clock)
    }

    /// Waits for half a second at most, or for two while nothing is known yet.
    ///
    /// - Throws: ``NoAnswer``, or what kept the database from being read.
    func depth() throws -> Depth {
        let isFirst = state.withLock { $0.last == nil }
        let end = ContinuousClock.now + Self.timeout * (isFirst ? 4 : 1)
        startCounting()
        while ContinuousClock.now < end {
            if let outcome = outcome(notOlderThan: Self.freshness) { return try outcome.get() }
            usleep(1_000)
        }
        guard let outcome = outcome(notOlderThan: Self.endurance) else { throw NoAnswer() }
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
