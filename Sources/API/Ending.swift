import Synchronization

/// Whether the program is told to end, and since when.
final class Ending: Sendable {
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    func begin() {
        start.withLock { $0 = $0 ?? .now }
    }

    /// Whether it began so long ago.
    func lasts(_ duration: Duration = .zero) -> Bool {
        start.withLock { $0 }.map { ContinuousClock.now - $0 >= duration } ?? false
    }
}
