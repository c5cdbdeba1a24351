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

/// A counting semaphore for threads, based on POSIX `sem_t`.
///
/// See https://man7.org/linux/man-pages/man7/sem_overview.7.html.
///
/// `@unchecked`: the POSIX functions are thread-safe, and the pointer never changes.
package final class Semaphore: @unchecked Sendable {
    private let pointer: UnsafeMutablePointer<sem_t>

    package init() {
        // A `sem_t` must not move in memory, so it gets an allocation of its own.
        pointer = .allocate(capacity: 1)
        sem_init(pointer, 0, 0)
    }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    package func signal() {
        sem_post(pointer)
    }

    package func wait() {
        // `sem_wait` fails with `EINTR` when a signal handler runs; wait again.
        while sem_wait(pointer) != 0 {}
    }
}

/// A dedicated operating system thread for blocking work.
///
/// Tasks are unsuitable for this: the threads of Swift's cooperative pool must never block on disk
/// or network I/O.
package enum WorkerThread {
    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs the body on a new, detached thread.
    ///
    /// - Parameters:
    ///   - name: The name that `top -H` shows, at most 15 bytes, or nil for the program's.
    ///   - isPatient: Whether the work can wait for other threads of all programs. Such a thread
    ///     must not hold a lock that others wait for. The threads that it starts are patient too.
    ///   - body: The work of the thread.
    package static func start(
        named name: String? = nil, isPatient: Bool = false, _ body: @escaping @Sendable () -> Void
    ) {
        var thread = pthread_t()
        let box = Box {
            if let name { setName(name) }
            if isPatient { lowerPriority() }
            body()
        }
        let context = Unmanaged.passRetained(box).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, context)
        // Threads are created only at startup, and the program cannot run without them.
        precondition(code == 0, "cannot create a thread: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }

    /// Gives the calling thread a tenth of the processor time that others get while they compete.
    ///
    /// On Linux, a nice value belongs to a thread:
    /// https://man7.org/linux/man-pages/man2/setpriority.2.html.
    private static func lowerPriority() {
        let ownThread = __priority_which_t(PRIO_PROCESS.rawValue)
        _ = setpriority(ownThread, 0, min(19, getpriority(ownThread, 0) + 10))
    }

    /// Sets the name as `pthread_setname_np` does, which Swift does not import.
    private static func setName(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, name.utf8.count)
        close(file)
    }
}
