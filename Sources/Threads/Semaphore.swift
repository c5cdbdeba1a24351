import Glibc

/// A count that threads wait for; https://man7.org/linux/man-pages/man7/sem_overview.7.html.
///
/// `@unchecked`: the functions of the C library are made for many threads; the pointer never changes.
package final class Semaphore: @unchecked Sendable {
    private let pointer: UnsafeMutablePointer<sem_t>

    package init() {
        // In memory of its own, for it must never move.
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
        // A signal's handler interrupts the wait.
        while sem_wait(pointer) != 0 {}
    }
}
