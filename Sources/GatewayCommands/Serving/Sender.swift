import Sending
import Synchronization
import Threads

/// The sending of callbacks on a thread of its own, begun anew when it fails.
final class Sender: Sendable {
    private let bell: Bell
    private let isStopping = Atomic(false)
    private let isOver = Atomic(false)
    /// Why nothing is sent now.
    private let trouble = Mutex<String?>(nil)

    init(_ bell: Bell) {
        self.bell = bell
    }

    var fault: String? { trouble.withLock { $0 } }

    /// - Parameters:
    ///   - dispatch: makes a dispatcher, on the thread that it is to work on.
    ///   - tell: hears of failures.
    func start(
        dispatch: @escaping @Sendable () throws -> Dispatcher,
        tell: @escaping @Sendable (String) -> Void
    ) {
        WorkerThread.start { [self] in
            while !isStopping.load(ordering: .relaxed) {
                do {
                    try work(dispatch())
                } catch {
                    trouble.withLock { $0 = "\(error)" }
                    tell("sending failed and is begun anew: \(error)")
                    pause()
                }
            }
            isOver.store(true, ordering: .releasing)
        }
    }

    /// Begins nothing more; what is under way is finished.
    func end() {
        isStopping.store(true, ordering: .relaxed)
        bell.ring()
    }

    /// Finishes what is under way, and returns when that is done.
    func stop() {
        end()
        while !isOver.load(ordering: .acquiring) { Pause.of(milliseconds: 5) }
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
        for _ in 1...100 where !isStopping.load(ordering: .relaxed) { Pause.of(milliseconds: 10) }
    }
}
