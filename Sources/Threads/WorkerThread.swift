import Glibc

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
    package static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(body)).toOpaque()
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
}
