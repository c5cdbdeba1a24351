import Glibc
import Synchronization

/// A pipe by which one thread tells another, which waits for the network, that there is something.
///
/// Whoever rings it keeps it alive, so that nobody writes to a descriptor that is another's by now.
package final class Wakeup: Sendable {
    /// Can be read once the bell was rung.
    package let readable: Int32
    private let writable: Int32
    /// Whether it was rung and not silenced since; then it need not be rung again.
    private let isRung = Atomic(false)

    package init() throws(NoPipe) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NoPipe(code: errno) }
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

    /// What it tells of has to be there before.
    package func signal() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = withUnsafeBytes(of: UInt8(1)) { write(writable, $0.baseAddress, 1) }
    }

    /// Takes out what was rung so far, to be called before one looks for what it told of.
    package func silence() {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            while read(readable, bytes.baseAddress, bytes.count) == bytes.count {}
        }
        // Not before the pipe is empty: the byte of one that rings meanwhile would be lost.
        _ = isRung.exchange(false, ordering: .acquiringAndReleasing)
    }
}

/// The system gives no pipe.
package struct NoPipe: Error, CustomStringConvertible {
    let code: Int32

    package var description: String { "cannot make a pipe: \(String(cString: strerror(code)))" }
}
