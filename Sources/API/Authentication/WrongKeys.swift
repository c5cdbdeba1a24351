import CivilTime
import Synchronization

/// Counts attempts with keys that open nothing, by where they come from.
final class WrongKeys: Sendable {
    private struct Window {
        let start: Instant
        var count: Int

        /// Nil when it is over, and when a clock that was put back has not come to it yet.
        func secondsLeft(at now: Instant) -> Int? {
            let left = start.advanced(seconds: WrongKeys.seconds).seconds - now.seconds
            return (1...WrongKeys.seconds).contains(left) ? Int(left) : nil
        }
    }

    /// So many in a minute.
    static let limit = 10
    static let seconds: Int64 = 60
    private static let most = 10_000

    private let windows = Mutex<[Household?: Window]>([:])

    /// Counts one, and returns how many seconds there should be no other; nil for the first ones.
    func note(_ household: Household?, at now: Instant) -> Int? {
        windows.withLock { windows in
            if let window = windows[household], let left = window.secondsLeft(at: now) {
                windows[household]?.count += 1
                return window.count < Self.limit ? nil : left
            }
            Self.makeRoom(in: &windows, at: now)
            windows[household] = Window(start: now, count: 1)
            return nil
        }
    }

    private static func makeRoom(in windows: inout [Household?: Window], at now: Instant) {
        guard windows.count >= most else { return }
        windows = windows.filter { $0.value.secondsLeft(at: now) != nil }
        if windows.count >= most { windows.removeAll() }
    }
}
