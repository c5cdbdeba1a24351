import CivilTime
import SQLite
import Synchronization

/// How many callbacks wait, which is counted anew now and then: with a million it takes a while.
final class DepthGauge: Sendable {
    struct Depth: Sendable {
        let waiting: Int
        let inFlight: Int
        /// Seconds since the first of those that are due was; 0 when none is.
        let age: Double
    }

    private let last = Mutex<(at: ContinuousClock.Instant, depth: Depth)?>(nil)
    private let clock: @Sendable () -> Instant
    private static let freshness = Duration.seconds(1)

    init(_ clock: @escaping @Sendable () -> Instant) {
        self.clock = clock
    }

    func depth(_ stores: Stores) throws(DatabaseError) -> Depth {
        if let last = last.withLock({ $0 }), ContinuousClock.now - last.at < Self.freshness {
            return last.depth
        }
        let now = clock()
        let counted = try stores.queue.depth(now: now)
        let age = counted.oldestDue.map { Double(now.milliseconds - $0.milliseconds) / 1000 }
        let depth = Depth(
            waiting: counted.waiting, inFlight: counted.inFlight, age: max(0, age ?? 0))
        last.withLock { $0 = (ContinuousClock.now, depth) }
        return depth
    }
}
