import CallbackDispatch
import Concurrency
import Glibc
import JSON
import Profiles
import Storage
import Synchronization

/// Requests that are answered after the first attempt at their callbacks.
///
/// Another process may make the attempt and record it in the database, so the database is polled.
final class Waiters: Sendable {
    private struct Waiter {
        let company: String
        var awaited: AwaitedAttempts
        /// Called once. It must not take long, because other requests wait meanwhile.
        let answer: @Sendable (Result<Void, any Error>) -> Void
        let until: ContinuousClock.Instant
    }

    private struct State {
        var waiters: [Waiter] = []
        var limiter = FairShareLimiter(total: 256, maxPerCompany: 256)
    }

    private let state = Mutex(State())
    private let pool: StorePool
    private let shutdown: Shutdown

    /// An attempt takes at most 15 seconds, and requesting a token before it takes as long again.
    private static let timeout = Duration.seconds(35)
    private static let pollInterval = Duration.milliseconds(15)

    init(_ pool: StorePool, _ shutdown: Shutdown) {
        (self.pool, self.shutdown) = (pool, shutdown)
    }

    /// Adds a request. Returns false if too many requests wait; the caller then answers without
    /// waiting.
    ///
    /// - Parameter answer: Called when each callback was attempted, or when it is too late for that.
    func add(
        _ callbacks: [AcceptedCallback], of company: String,
        _ answer: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) -> Bool {
        state.withLock { state in
            guard state.limiter.available(for: company) > 0 else { return false }
            state.limiter.take(for: company)
            state.waiters.append(
                Waiter(
                    company: company, awaited: AwaitedAttempts(callbacks, company),
                    answer: answer, until: .now + Self.timeout))
            // One thread polls, and only while requests wait.
            if state.waiters.count == 1 { WorkerThread.start { self.poll() } }
            return true
        }
    }

    private func poll() {
        var pause = Self.pollInterval
        repeat {
            usleep(UInt32(pause / .microseconds(1)))
            let start = ContinuousClock.now
            guard checkAll() else { return }
            // Use at most half of a processor, however many callbacks are waited for.
            pause = max(Self.pollInterval, min(.now - start, .seconds(1)))
        } while true
    }

    /// Answers the requests that are done waiting. Returns false if no request waits any more.
    private func checkAll() -> Bool {
        var all = state.withLock { $0.waiters }
        var over: [Int] = []
        for index in all.indices {
            guard let result = result(&all[index]) else { continue }
            over.append(index)
            all[index].answer(result)
        }
        return state.withLock { state in
            // New waiters were appended after the checked ones.
            state.waiters.replaceSubrange(all.indices, with: all)
            for index in over.reversed() {
                state.limiter.free(of: state.waiters.remove(at: index).company)
            }
            return !state.waiters.isEmpty
        }
    }

    /// Returns the result, or nil if the request has to wait longer.
    private func result(_ waiter: inout Waiter) -> Result<Void, any Error>? {
        do {
            let isOver = try pool.with { stores in
                if try waiter.awaited.areFinished(stores.queue) { return true }
                if ContinuousClock.now >= waiter.until || shutdown.hasLasted(.seconds(16)) {
                    return true
                }
                // During the shutdown, callbacks that are not in flight are no longer sent.
                return try shutdown.hasLasted() && !waiter.awaited.areInFlight(stores.queue)
            }
            return isOver ? .success(()) : nil
        } catch {
            return .failure(error)
        }
    }
}

/// The response to a trigger, with the first attempt of each of its callbacks.
enum FirstAttempts {
    /// Returns the response with the attempts made so far.
    ///
    /// - Parameter isQuick: Whether to throw `SlowProfile` instead of reading a large profile for its
    ///   message.
    static func envelope(
        of accepted: [AcceptedCallback], _ company: String, _ stores: Stores, isQuick: Bool
    ) throws -> Envelope {
        let deliveries = DeliveryOperations(stores.queue, stores.log, company: company)
        let shown = try accepted.map { callback in
            var object = callback.json
            let entry = try stores.queue.entry(callback.callbackID, company: company)
            if let entry, entry.attempts > 0 {
                object["state"] = .string(entry.state.name)
                object["attempt"] = try deliveries.firstAttempt(at: callback.callbackID)?.json
                object["response_message"] = JSONValue(try message(entry, stores, isQuick))
            }
            return JSONValue.object(object)
        }
        return Envelope(accepted: shown)
    }

    /// Returns the message that the profile defines for the sender of a delivered trigger.
    private static func message(
        _ entry: CallbackEntry, _ stores: Stores, _ isQuick: Bool
    ) throws -> String? {
        guard entry.state == .delivered, case .profile(let id) = entry.callback.target else {
            return nil
        }
        do {
            let company = entry.callback.company
            return try stores.profiles.current(id, company: company, atOnce: isQuick)?
                .responseMessage(for: TriggeredEvent(entry.callback))
        } catch is DamagedProfile {
            return nil
        }
    }
}

/// The callbacks of a request that are not attempted yet.
struct AwaitedAttempts {
    private let company: String
    private var callbacks: ArraySlice<AcceptedCallback>

    init(_ callbacks: [AcceptedCallback], _ company: String) {
        (self.callbacks, self.company) = (callbacks[...], company)
    }

    /// Returns whether each callback was attempted. Looks up only the callbacks without an attempt so far.
    mutating func areFinished(_ queue: CallbackQueue) throws -> Bool {
        while let next = callbacks.first {
            let progress = try queue.progress(of: next.callbackID, company: company)
            guard let progress, progress.attempts > 0 else { return false }
            callbacks.removeFirst()
        }
        return true
    }

    /// Returns whether a callback is being sent.
    func areInFlight(_ queue: CallbackQueue) throws -> Bool {
        try callbacks.contains {
            try queue.progress(of: $0.callbackID, company: company)?.state == .inFlight
        }
    }
}
