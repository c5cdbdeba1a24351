import Glibc
import Synchronization

/// A thread that runs submitted work serially, in the order of submission.
package final class SerialThread: Sendable {
    private let inbox: Inbox

    /// Starts the thread. The thread ends after the instance is released and its queue is empty.
    ///
    /// - Parameter capacity: The maximum number of queued work items.
    package init(capacity: Int) {
        let inbox = Inbox(capacity: capacity)
        self.inbox = inbox
        WorkerThread.start {
            while let work = inbox.next() { work() }
        }
    }

    deinit {
        inbox.end()
    }

    /// Queues work to run after the work queued before it.
    ///
    /// - Returns: False if the queue is full; the work is then dropped.
    package func take(_ work: @escaping @Sendable () -> Void) -> Bool { inbox.add(work) }
}

/// The queue of a ``SerialThread``.
private final class Inbox: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let arrivals = Semaphore()
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    func add(_ work: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = waiting.withLock { waiting in
            guard waiting.count < capacity else { return false }
            waiting.append(work)
            return true
        }
        if isTaken { arrivals.signal() }
        return isTaken
    }

    /// Waits for the next work item. Returns nil after ``end()``, once the queue is empty.
    func next() -> (@Sendable () -> Void)? {
        arrivals.wait()
        return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Wakes the thread without a work item, which ends it.
    func end() {
        arrivals.signal()
    }
}
