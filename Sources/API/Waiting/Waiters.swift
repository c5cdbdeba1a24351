import Glibc
import HTTPServer
import Profiles
import Synchronization
import Threads

/// Requests that are answered when the first attempt at their callbacks is over.
///
/// Whoever makes the attempt, be it another program, writes it into the file, so that is looked at.
final class Waiters: Sendable {
    private struct Waiter {
        let order: Order
        let envelope: Envelope
        let finish: API.Finish
        let until: ContinuousClock.Instant
    }

    private let waiting = Mutex<[Waiter]>([])
    private let pool: StorePool

    /// An attempt takes 15 seconds at most, and a token before it as long again.
    private static let patience = Duration.seconds(35)
    private static let glance: UInt32 = 15_000
    private static let most = 256

    init(_ pool: StorePool) {
        self.pool = pool
    }

    /// False when too many wait; such a request is answered like one that does not wait.
    func add(_ order: Order, _ envelope: Envelope, _ finish: @escaping API.Finish) -> Bool {
        waiting.withLock { waiting in
            guard waiting.count < Self.most else { return false }
            waiting.append(
                Waiter(
                    order: order, envelope: envelope, finish: finish,
                    until: ContinuousClock.now + Self.patience))
            // One thread, and only while somebody waits.
            if waiting.count == 1 { WorkerThread.start { self.watch() } }
            return true
        }
    }

    private func watch() {
        repeat { usleep(Self.glance) } while look()
    }

    /// Answers those that have waited enough; false when nobody is left.
    private func look() -> Bool {
        let all = waiting.withLock { $0 }
        var over: [Int] = []
        for (index, waiter) in all.enumerated() {
            guard let answer = answer(waiter) else { continue }
            over.append(index)
            waiter.finish(answer)
        }
        return waiting.withLock { waiting in
            // New ones have come behind those that were looked at.
            for index in over.reversed() { waiting.remove(at: index) }
            return !waiting.isEmpty
        }
    }

    /// Nil while it has to wait on.
    private func answer(_ waiter: Waiter) -> Result<Answer, any Error>? {
        do {
            let attempts = try pool.with { stores in
                try FirstAttempts(of: waiter.envelope, waiter.order.company, stores)
            }
            guard attempts.areOver || ContinuousClock.now >= waiter.until else { return nil }
            return .success(Answer(attempts.envelope))
        } catch {
            return .failure(error)
        }
    }
}
