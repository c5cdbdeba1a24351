import Glibc
import Synchronization

/// A pipe with which one thread wakes up another that waits for the network.
///
/// A thread that signals must keep this object alive. Otherwise it could write to a file descriptor
/// that has been reused.
package final class Wakeup: Sendable {
    /// A file descriptor that becomes readable on a signal.
    package let readable: Int32
    private let writable: Int32
    /// Whether it was signaled and not drained since. Then another signal needs no write.
    private let isRung = Atomic(false)

    package init() throws(PipeError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw PipeError(code: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readable, writable) = (ends[0], ends[1])
    }

    deinit {
        close(readable)
        close(writable)
    }

    /// Wakes up the waiting thread. Make the work visible to it before the call.
    package func signal() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = withUnsafeBytes(of: UInt8(1)) { write(writable, $0.baseAddress, 1) }
    }

    /// Clears all signals so far. Call this before looking for work.
    ///
    /// - Returns: Whether there was a signal.
    @discardableResult package func drain() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            while read(readable, bytes.baseAddress, bytes.count) == bytes.count {}
        }
        // Reset only after the pipe is empty. Otherwise the byte of a concurrent signal would be
        // lost.
        return isRung.exchange(false, ordering: .acquiringAndReleasing)
    }
}

/// The system cannot create a pipe.
package struct PipeError: Error, CustomStringConvertible {
    let code: Int32

    package var description: String { "cannot create a pipe: \(String(cString: strerror(code)))" }
}
