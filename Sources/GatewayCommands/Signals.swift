import Glibc
import Synchronization

/// Whether SIGTERM, SIGINT or the closing of the terminal has requested a stop.
struct StopSignal {
    /// A signal handler may only use lock-free values that already exist.
    private static let raised = Atomic(false)

    /// Installs the handlers. The first signal sets a flag; a second one ends the program.
    ///
    /// - Parameter hangsUp: Whether to handle SIGHUP as well, unless it is ignored (nohup).
    init(hangsUp: Bool = false) {
        Self.raised.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGINT] + (hangsUp && !Self.ignoresHangup ? [SIGHUP] : []) {
            signal(number) { number in
                StopSignal.raised.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    private static var ignoresHangup: Bool {
        var action = sigaction()
        sigaction(SIGHUP, nil, &action)
        // Handlers cannot be compared. SIG_IGN is the number 1 in place of a handler.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    var isRaised: Bool { Self.raised.load(ordering: .relaxed) }
}

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
