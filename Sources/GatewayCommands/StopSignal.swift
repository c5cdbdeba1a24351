import Glibc
import Synchronization

/// Whether somebody has asked the program to stop, by TERM or INT, or by closing its terminal.
struct StopSignal {
    /// A handler may touch nothing but what is lock-free and there already.
    private static let raised = Atomic(false)

    /// From now on the signals only raise the flag; a second one ends the program.
    ///
    /// - Parameter hangsUp: whether HUP is one of them, unless it is ignored (nohup).
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
        // Handlers cannot be compared; SIG_IGN is the number 1 in the place of one.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    var isRaised: Bool { Self.raised.load(ordering: .relaxed) }
}
