import API
import CallbackDispatch
import CivilTime
import Concurrency
import Curl
import DeliveryLog
import EgressPolicy
import Glibc
import HTTPServer
import Profiles
import Settings
import Storage
import Synchronization
import WebUI

/// Runs the dispatcher on its own thread and restarts it when it fails.
final class Sender: Sendable {
    private let wakeup: Wakeup
    private let isStopping = Atomic(false)
    private let isOver = Atomic(false)
    private let isIncomplete = Atomic(false)
    /// Why nothing is being sent.
    private let currentFault = Mutex<String?>(nil)

    init(_ wakeup: Wakeup) {
        self.wakeup = wakeup
    }

    var fault: String? { currentFault.withLock { $0 } }

    let unrecordedResults = UnrecordedResults()

    /// Whether the results of all attempts were recorded.
    var hasRecordedAll: Bool { !isIncomplete.load(ordering: .relaxed) }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - dispatch: Creates a dispatcher, on the thread that will run it.
    ///   - attempted: Called with the outcome of each attempt.
    ///   - log: Writes a line to the log.
    func start(
        dispatch:
            @escaping @Sendable (_ emit: @escaping (DispatchEvent) -> Void) throws -> Dispatcher,
        attempted: @escaping @Sendable (Outcome) -> Void,
        log: @escaping @Sendable (String) -> Void
    ) {
        WorkerThread.start(named: "sending") { [self] in
            while !isStopping.load(ordering: .relaxed) {
                do {
                    try work(dispatch { [self] in take($0, attempted, log) })
                } catch let error as UnsavedResultsError {
                    // Only a dispatcher that is stopped gives up.
                    currentFault.withLock { $0 = "\(error)" }
                    isIncomplete.store(true, ordering: .relaxed)
                    log("stopped sending: \(error)")
                } catch {
                    currentFault.withLock { $0 = "\(error)" }
                    log("dispatcher failed; restarting: \(error)")
                    pause()
                }
            }
            isOver.store(true, ordering: .releasing)
        }
    }

    private func take(
        _ event: DispatchEvent, _ attempted: (Outcome) -> Void, _ log: (String) -> Void
    ) {
        switch event {
        case .attempted(_, _, let outcome, _): return attempted(outcome)
        case .interrupted(let error): currentFault.withLock { $0 = error }
        case .resumed: currentFault.withLock { $0 = nil }
        default: break
        }
        if let words = event.words { log(words) }
    }

    /// Starts no further attempts. Attempts in flight are finished.
    func end() {
        isStopping.store(true, ordering: .relaxed)
        wakeup.signal()
    }

    /// Waits until all attempts are finished. Returns false if they are not at the given time.
    func wait(until end: ContinuousClock.Instant) -> Bool {
        while !isOver.load(ordering: .acquiring) {
            guard ContinuousClock.now < end else { return false }
            Polling.of(milliseconds: 5)
        }
        return true
    }

    private func work(_ dispatcher: Dispatcher) throws {
        currentFault.withLock { $0 = nil }
        try dispatcher.run(
            until: { [self] in isStopping.load(ordering: .relaxed) }, waker: wakeup)
    }

    /// Waits for a second, or until the program is stopped.
    private func pause() {
        for _ in 1...100 where !isStopping.load(ordering: .relaxed) {
            Polling.of(milliseconds: 10)
        }
    }
}

extension DispatchEvent {
    /// The line for the log; nil if the event is not logged.
    fileprivate var words: String? {
        switch self {
        case .attempted: nil
        case .disabledAsGone(let callback):
            "disabled profile \(callback.profileID ?? ""): its endpoint responded with 410 (Gone)"
        case .disabledAsUnresponsive(let callback):
            "disabled profile \(callback.profileID ?? ""): no delivery succeeded for five days"
        case .interrupted(let error):
            "sending is paused and results are kept in memory: \(error)"
        case .resumed: "sending resumed; all results are written"
        case .unwritable(let callback, let error):
            "the result of callback \(callback.callbackID) of \(callback.company) cannot be "
                + "written, so the callback will be sent again: \(error)"
        }
    }
}
