import Glibc
import Synchronization

/// Whether somebody has asked the program to stop, by TERM or INT.
struct StopSignal {
    /// A handler may touch nothing but what is lock-free and there already.
    private static let raised = Atomic(false)

    /// From now on the two signals only raise the flag; a second one ends the program.
    init() {
        Self.raised.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGINT] {
            signal(number) { number in
                StopSignal.raised.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    var isRaised: Bool { Self.raised.load(ordering: .relaxed) }
}
