import Concurrency
import Synchronization

/// Computes a value on its own thread while the test continues.
///
/// A task is unsuitable: on a machine with one core, a task that waits for another one would wait
/// forever.
package final class OwnThread<Output: Sendable>: Sendable {
    private struct NotYet: Error {}

    private let result = Mutex<Result<Output, any Error>>(.failure(NotYet()))
    private let isDone = Semaphore()

    package init(isPatient: Bool = false, _ body: @escaping @Sendable () throws -> Output) {
        WorkerThread.start(isPatient: isPatient) { [self] in
            let result = Result { try body() }
            self.result.withLock { $0 = result }
            isDone.signal()
        }
    }

    /// Waits for the value.
    package func value() throws -> Output {
        isDone.wait()
        // For later calls.
        defer { isDone.signal() }
        return try result.withLock { try $0.get() }
    }
}
