import Concurrency
import StorageErrors

/// A thread that runs transactions for other threads, one at a time.
///
/// A thread of low priority must not hold the write lock itself: while others use the processor, it
/// would keep all writers waiting.
final class TransactionThread: Sendable {
    /// The thread of this process. It has the priority of the thread that first uses it.
    static let shared = TransactionThread()

    private let thread = SerialThread(capacity: .max)

    /// Runs `body` on the thread and waits until it is done.
    func run<Output: Sendable>(
        _ body: () throws(StorageError) -> Output
    ) throws(StorageError) -> Output {
        try withoutActuallyEscaping(body) { (body) throws(StorageError) -> Output in
            let call = Call(body)
            _ = thread.take { call.run() }
            return try call.value()
        }
    }
}

/// One call of a closure by another thread.
///
/// `@unchecked`: the caller waits for `done` before it reads the result, and uses nothing of the
/// closure meanwhile.
private final class Call<Output: Sendable>: @unchecked Sendable {
    private var body: (() throws(StorageError) -> Output)?
    private var result: Result<Output, StorageError>?
    private let done = Semaphore()

    init(_ body: @escaping () throws(StorageError) -> Output) {
        self.body = body
    }

    func run() {
        result = perform()
        // The closure must not outlive the call.
        body = nil
        done.signal()
    }

    private func perform() -> Result<Output, StorageError>? {
        body.map { body in Result { () throws(StorageError) in try body() } }
    }

    func value() throws(StorageError) -> Output {
        done.wait()
        guard let result else { preconditionFailure("the call was not made") }
        return try result.get()
    }
}
