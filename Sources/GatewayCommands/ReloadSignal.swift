import Glibc
import Synchronization

/// Whether somebody has asked the program to read its configuration again, by HUP.
struct ReloadSignal {
    private static let raised = Atomic(false)

    /// From now on HUP raises the flag and ends nothing.
    init() {
        Self.raised.store(false, ordering: .relaxed)
        signal(SIGHUP) { _ in ReloadSignal.raised.store(true, ordering: .relaxed) }
    }

    /// Whether it was raised since this was asked the last time.
    func take() -> Bool { Self.raised.exchange(false, ordering: .relaxed) }
}
