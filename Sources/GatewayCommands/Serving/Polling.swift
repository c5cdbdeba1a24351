import Concurrency
import Glibc
import Synchronization

/// Waits for conditions that send no notification.
enum Polling {
    static func of(milliseconds: Int) {
        usleep(useconds_t(milliseconds) * 1000)
    }
}
