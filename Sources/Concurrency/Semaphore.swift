import Glibc
import Synchronization

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
