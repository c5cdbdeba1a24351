import Synchronization

/// A thread that does one piece of work after the other.
package final class SerialThread: Sendable {
    private let inbox: Inbox

    /// - Parameter capacity: how many pieces of work may wait.
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

    /// Does the work when the work before is done; false when too much waits.
    package func take(_ work: @escaping @Sendable () -> Void) -> Bool { inbox.add(work) }
}

/// Work that waits for a ``SerialThread``.
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

    /// Waits for work; nil when there will be none any more.
    func next() -> (@Sendable () -> Void)? {
        arrivals.wait()
        return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// A signal without work.
    func end() {
        arrivals.signal()
    }
}
