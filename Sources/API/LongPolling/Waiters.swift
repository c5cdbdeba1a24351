import CallbackDispatch
import Concurrency
import Glibc
import HTTPServer
import Profiles
import Synchronization

/// Requests that are answered after the first attempt at their callbacks.
///
/// Another process may make the attempt and record it in the database, so the database is polled.
final class Waiters: Sendable {
    private struct Waiter {
        let request: RoutedRequest
        let callbacks: [AcceptedCallback]
        let finish: GatewayAPI.Finish
        let until: ContinuousClock.Instant
    }

    private struct State {
        var waiters: [Waiter] = []
        var room = CompanyShares(all: 256, forOne: 256)
    }

    private let state = Mutex(State())
    private let pool: StorePool
    private let shutdown: Shutdown

    /// An attempt takes at most 15 seconds, and requesting a token before it takes as long again.
    private static let timeout = Duration.seconds(35)
    private static let pollInterval: UInt32 = 15_000

    init(_ pool: StorePool, _ shutdown: Shutdown) {
        (self.pool, self.shutdown) = (pool, shutdown)
    }

    /// Adds a request. Returns false if too many requests wait; the caller then answers without
    /// waiting.
    func add(
        _ request: RoutedRequest, _ callbacks: [AcceptedCallback],
        _ finish: @escaping GatewayAPI.Finish
    ) -> Bool {
        state.withLock { state in
            guard state.room.room(for: request.company) > 0 else { return false }
            state.room.take(for: request.company)
            state.waiters.append(
                Waiter(
                    request: request, callbacks: callbacks, finish: finish,
                    until: ContinuousClock.now + Self.timeout))
            // One thread polls, and only while requests wait.
            if state.waiters.count == 1 { WorkerThread.start { self.poll() } }
            return true
        }
    }

    private func poll() {
        repeat { usleep(Self.pollInterval) } while checkAll()
    }

    /// Answers the requests that are done waiting. Returns false if no request waits any more.
    private func checkAll() -> Bool {
        let all = state.withLock { $0.waiters }
        var over: [Int] = []
        for (index, waiter) in all.enumerated() {
            guard let answer = answer(waiter) else { continue }
            over.append(index)
            waiter.finish(answer)
        }
        return state.withLock { state in
            // New waiters were appended after the checked ones.
            for index in over.reversed() {
                state.room.free(of: state.waiters.remove(at: index).request.company)
            }
            return !state.waiters.isEmpty
        }
    }

    /// Returns the response, or nil if the request has to wait longer.
    private func answer(_ waiter: Waiter) -> Result<Response, any Error>? {
        do {
            let attempts = try pool.with { stores in
                try FirstAttempts(of: waiter.callbacks, waiter.request.company, stores)
            }
            // During the shutdown, callbacks that are not in flight are no longer sent.
            let isLast =
                shutdown.hasLasted() && !attempts.areInFlight || shutdown.hasLasted(.seconds(16))
            guard attempts.areFinished || isLast || ContinuousClock.now >= waiter.until else {
                return nil
            }
            return .success(Response(attempts.envelope))
        } catch {
            return .failure(error)
        }
    }
}
