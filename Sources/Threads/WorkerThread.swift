import Glibc

/// A thread of the system's own, for work that waits.
///
/// Tasks would not do: the threads that they share must never wait for a disk or a network.
package enum WorkerThread {
    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs the body on a new thread, which nobody has to wait for.
    package static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(body)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, context)
        // Only at the start are threads made; a program that gets none then cannot go on.
        precondition(code == 0, "no thread to be had: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }
}
