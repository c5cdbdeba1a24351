import Glibc
import Synchronization

/// Whether SIGHUP has requested a reload of the configuration.
struct ReloadSignal {
    private static let raised = Atomic(false)

    /// Installs the handler. From now on SIGHUP sets a flag instead of ending the program.
    init() {
        Self.raised.store(false, ordering: .relaxed)
        signal(SIGHUP) { _ in ReloadSignal.raised.store(true, ordering: .relaxed) }
    }

    /// Returns whether the signal was received since the last call.
    func take() -> Bool { Self.raised.exchange(false, ordering: .relaxed) }
}
