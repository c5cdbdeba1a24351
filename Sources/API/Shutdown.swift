import Synchronization

/// Whether the program is shutting down, and since when.
final class Shutdown: Sendable {
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    func begin() {
        start.withLock { $0 = $0 ?? .now }
    }

    /// Returns whether the shutdown started at least this long ago.
    func hasLasted(_ duration: Duration = .zero) -> Bool {
        start.withLock { $0 }.map { ContinuousClock.now - $0 >= duration } ?? false
    }
}
