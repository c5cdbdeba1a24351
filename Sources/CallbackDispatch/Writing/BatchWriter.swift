import Concurrency
import Synchronization

/// The writer thread of a dispatcher. Responses can arrive while it waits for the disk.
///
/// It processes one order at a time on its own connection. Attempts that finish in the meantime
/// form the next order, so batches grow with the latency of the disk.
final class BatchWriter: Sendable {
    typealias Outcome = Result<WriteResult, any Error>

    private struct State {
        var order: WriteBatch?
        var outcome: Outcome?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ordered = Semaphore()
    private let isOver = Semaphore()
    /// Signals that an order is done.
    let wakeup: Wakeup

    /// - Parameter open: Opens the store. Called on the writer thread.
    init(_ open: @escaping @Sendable () throws -> DispatchStore) throws(PipeError) {
        wakeup = try Wakeup()
        WorkerThread.start(named: "writing") { [self] in
            work(open)
            isOver.signal()
        }
    }

    /// Submits an order. The previous order must be done.
    func take(_ order: WriteBatch) {
        state.withLock { $0.order = order }
        ordered.signal()
    }

    /// Removes and returns the result of the order, or returns `nil` while it is in progress.
    func outcome() -> Outcome? {
        let outcome = state.withLock { $0.outcome.take() }
        if outcome != nil { wakeup.drain() }
        return outcome
    }

    /// Stops the thread after its current order, and returns when its connection is closed.
    func close() {
        state.withLock { $0.isClosed = true }
        ordered.signal()
        isOver.wait()
    }

    private func work(_ open: () throws -> DispatchStore) {
        var store: DispatchStore?
        while let order = next() {
            let outcome = Outcome {
                // If opening fails, the next order tries again.
                let opened = try store ?? open()
                store = opened
                return try opened.write(order)
            }
            state.withLock {
                $0.outcome = outcome
                // Signalled after the lock is released, it could stay set although the result was
                // taken.
                wakeup.signal()
            }
        }
    }

    /// Waits for the next order. Returns `nil` after ``close()``.
    private func next() -> WriteBatch? {
        ordered.wait()
        return state.withLock { $0.order.take() }
    }
}
