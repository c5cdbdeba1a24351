import Glibc
import Synchronization

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
