import CivilTime
import Synchronization

/// Counts attempts with keys that open nothing, and stops those who make many.
///
/// Whoever is stopped learns nothing about further keys. A key that has opened something from the same
/// place before goes on to do so: a script with an old key must not lock out its neighbours.
final class WrongKeys: Sendable {
    private struct Window {
        let start: Instant
        var count: Int
    }

    private struct State {
        var windows: [String: Window] = [:]
        /// Hashes, by a seed of this process, of places and keys that fit.
        var good: Set<Int> = []
    }

    /// So many in a minute.
    static let limit = 10
    static let seconds: Int64 = 60
    private static let most = 10_000

    private let state = Mutex(State())

    /// Seconds until another attempt is looked at; nil when it is now.
    func wait(_ household: String, key: String, at now: Instant) -> Int? {
        state.withLock { state in
            guard let window = state.windows[household], window.count >= Self.limit,
                !state.good.contains(Self.hash(household, key))
            else { return nil }
            let left = window.start.advanced(seconds: Self.seconds).seconds - now.seconds
            return left > 0 ? Int(left) : nil
        }
    }

    func noteWrong(_ household: String, at now: Instant) {
        state.withLock { state in
            if let window = state.windows[household], Self.isOpen(window, at: now) {
                state.windows[household]?.count += 1
                return
            }
            if state.windows.count >= Self.most {
                state.windows = state.windows.filter { Self.isOpen($0.value, at: now) }
                if state.windows.count >= Self.most { state.windows.removeAll() }
            }
            state.windows[household] = Window(start: now, count: 1)
        }
    }

    func noteGood(_ household: String, key: String) {
        let hash = Self.hash(household, key)
        state.withLock { state in
            guard !state.good.contains(hash) else { return }
            if state.good.count >= Self.most { state.good.removeAll() }
            state.good.insert(hash)
        }
    }

    private static func isOpen(_ window: Window, at now: Instant) -> Bool {
        now < window.start.advanced(seconds: seconds)
    }

    private static func hash(_ household: String, _ key: String) -> Int {
        var hasher = Hasher()
        hasher.combine(household)
        hasher.combine(key)
        return hasher.finalize()
    }
}
