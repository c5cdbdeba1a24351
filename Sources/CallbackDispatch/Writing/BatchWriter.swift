import Synchronization
import Threads

/// A thread that writes for a dispatcher, so that answers come in while the disk is busy.
///
/// It does one order at a time, by a connection of its own. What finishes meanwhile is the next
/// order, so that groups grow with the time that the disk takes.
final class BatchWriter: Sendable {
    typealias Outcome = Result<Written, any Error>

    private struct State {
        var order: WriteOrder?
        var outcome: Outcome?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ordered = Semaphore()
    private let isOver = Semaphore()
    /// Rings when an order is done.
    let bell: Wakeup

    /// - Parameter open: opens the connection, on the thread.
    init(_ open: @escaping @Sendable () throws -> DispatchStore) throws(NoPipe) {
        bell = try Wakeup()
        WorkerThread.start { [self] in
            work(open)
            isOver.signal()
        }
    }

    /// Gives an order; the one before has to be done.
    func take(_ order: WriteOrder) {
        state.withLock { $0.order = order }
        ordered.signal()
    }

    /// What came of the order; nil while it is not done.
    func outcome() -> Outcome? {
        let outcome = state.withLock { $0.outcome.take() }
        if outcome != nil { bell.silence() }
        return outcome
    }

    /// Ends the thread when its order is done, and returns when its connection is closed.
    func close() {
        state.withLock { $0.isClosed = true }
        ordered.signal()
        isOver.wait()
    }

    private func work(_ open: () throws -> DispatchStore) {
        var store: DispatchStore?
        while let order = next() {
            let outcome = Outcome {
                // It is opened for each order until that succeeds.
                let opened = try store ?? open()
                store = opened
                return try opened.write(order)
            }
            state.withLock {
                $0.outcome = outcome
                // Rung later it would go on ringing after the outcome is taken.
                bell.signal()
            }
        }
    }

    /// Waits for an order; nil when there will be none any more.
    private func next() -> WriteOrder? {
        ordered.wait()
        return state.withLock { $0.order.take() }
    }
}
