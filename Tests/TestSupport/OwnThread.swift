import Synchronization
import Threads

/// What is worked out on a thread of its own while the test goes on.
///
/// A task would not do: on a machine with one core, one that waits for another waits for ever.
package final class OwnThread<Output: Sendable>: Sendable {
    private struct NotYet: Error {}

    private let result = Mutex<Result<Output, any Error>>(.failure(NotYet()))
    private let isDone = Semaphore()

    package init(_ body: @escaping @Sendable () throws -> Output) {
        WorkerThread.start { [self] in
            let result = Result { try body() }
            self.result.withLock { $0 = result }
            isDone.signal()
        }
    }

    /// What came of it, which is waited for.
    package func value() throws -> Output {
        isDone.wait()
        // For whoever asks again.
        defer { isDone.signal() }
        return try result.withLock { try $0.get() }
    }
}
