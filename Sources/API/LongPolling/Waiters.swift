import CallbackDispatch
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
        let order: RoutedRequest
        let envelope: Envelope
        let finish: GatewayAPI.Finish
        let until: ContinuousClock.Instant
    }

    private struct State {
        var waiters: [Waiter] = []
        var room = CompanyShares(all: 256, forOne: 256)
    }

    private let state = Mutex(State())
    private let pool: StorePool
    private let ending: Ending

    /// An attempt takes 15 seconds at most, and a token before it as long again.
    private static let timeout = Duration.seconds(35)
    private static let pollInterval: UInt32 = 15_000

    init(_ pool: StorePool, _ ending: Ending) {
        (self.pool, self.ending) = (pool, ending)
    }

    /// False when too many wait; such a request is answered like one that does not wait.
    func add(_ order: RoutedRequest, _ envelope: Envelope, _ finish: @escaping GatewayAPI.Finish)
        -> Bool
    {
        state.withLock { state in
            guard state.room.room(for: order.company) > 0 else { return false }
            state.room.take(for: order.company)
            state.waiters.append(
                Waiter(
                    order: order, envelope: envelope, finish: finish,
                    until: ContinuousClock.now + Self.timeout))
            // One thread, and only while somebody waits.
            if state.waiters.count == 1 { WorkerThread.start { self.watch() } }
            return true
        }
    }

    private func watch() {
        repeat { usleep(Self.pollInterval) } while look()
    }

    /// Answers those that have waited enough; false when nobody is left.
    private func look() -> Bool {
        let all = state.withLock { $0.waiters }
        var over: [Int] = []
        for (index, waiter) in all.enumerated() {
            guard let answer = answer(waiter) else { continue }
            over.append(index)
            waiter.finish(answer)
        }
        return state.withLock { state in
            // New ones have come behind those that were looked at.
            for index in over.reversed() {
                state.room.free(of: state.waiters.remove(at: index).order.company)
            }
            return !state.waiters.isEmpty
        }
    }

    /// Nil while it has to wait on.
    private func answer(_ waiter: Waiter) -> Result<Response, any Error>? {
        do {
            let attempts = try pool.with { stores in
                try FirstAttempts(of: waiter.envelope, waiter.order.company, stores)
            }
            // What is not in flight when the program ends is not sent any more.
            let isLast = ending.lasts() && !attempts.areInFlight || ending.lasts(.seconds(16))
            guard attempts.areOver || isLast || ContinuousClock.now >= waiter.until else {
                return nil
            }
            return .success(Response(attempts.envelope))
        } catch {
            return .failure(error)
        }
    }
}
