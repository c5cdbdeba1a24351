import CallbackDispatch
import DeliveryLog
import Synchronization
import Threads

/// The sending of callbacks on a thread of its own, begun anew when it fails.
final class Sender: Sendable {
    private let bell: Wakeup
    private let isStopping = Atomic(false)
    private let isOver = Atomic(false)
    /// Why nothing is sent now.
    private let trouble = Mutex<String?>(nil)

    init(_ bell: Wakeup) {
        self.bell = bell
    }

    var fault: String? { trouble.withLock { $0 } }

    /// - Parameters:
    ///   - dispatch: makes a dispatcher, on the thread that it is to work on.
    ///   - attempted: gets the outcome of each attempt.
    ///   - tell: gets a line for the log.
    func start(
        dispatch:
            @escaping @Sendable (_ tell: @escaping (DispatchEvent) -> Void) throws -> Dispatcher,
        attempted: @escaping @Sendable (Outcome) -> Void,
        tell: @escaping @Sendable (String) -> Void
    ) {
        WorkerThread.start { [self] in
            while !isStopping.load(ordering: .relaxed) {
                do {
                    try work(dispatch { [self] in take($0, attempted, tell) })
                } catch {
                    trouble.withLock { $0 = "\(error)" }
                    tell("the dispatcher failed: \(error)")
                    pause()
                }
            }
            isOver.store(true, ordering: .releasing)
        }
    }

    private func take(
        _ event: DispatchEvent, _ attempted: (Outcome) -> Void, _ tell: (String) -> Void
    ) {
        switch event {
        case .attempted(_, _, let outcome, _): return attempted(outcome)
        case .interrupted(let error): trouble.withLock { $0 = error }
        case .resumed: trouble.withLock { $0 = nil }
        default: break
        }
        if let words = event.words { tell(words) }
    }

    /// Begins nothing more; what is under way is finished.
    func end() {
        isStopping.store(true, ordering: .relaxed)
        bell.signal()
    }

    /// Waits until what is under way is finished; false when it is not then.
    func wait(until end: ContinuousClock.Instant) -> Bool {
        while !isOver.load(ordering: .acquiring) {
            guard ContinuousClock.now < end else { return false }
            Polling.of(milliseconds: 5)
        }
        return true
    }

    private func work(_ dispatcher: Dispatcher) throws {
        trouble.withLock { $0 = nil }
        try dispatcher.run(
            until: { [self] in
                bell.silence()
                return isStopping.load(ordering: .relaxed)
            }, waker: bell.readable)
    }

    /// A second, unless the program is told to stop.
    private func pause() {
        for _ in 1...100 where !isStopping.load(ordering: .relaxed) { Polling.of(milliseconds: 10) }
    }
}

extension DispatchEvent {
    /// What the log says of it; nil when nothing.
    fileprivate var words: String? {
        switch self {
        case .attempted: nil
        case .disabledAsGone(let callback):
            "disabled profile \(callback.profileID ?? ""): its endpoint answered 410, so it is gone"
        case .disabledAsSilent(let callback):
            "disabled profile \(callback.profileID ?? ""): nothing got through for five days"
        case .interrupted(let error):
            "sending is interrupted, and answers are kept in memory: \(error)"
        case .resumed: "sending goes on, and all answers are written"
        case .unwritable(let callback, let error):
            "the answer to callback \(callback.callbackID) of \(callback.company) cannot be "
                + "written, so it is sent again: \(error)"
        }
    }
}
