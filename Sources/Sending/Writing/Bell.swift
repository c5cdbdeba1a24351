import Glibc

/// A pipe by which one thread tells another, which waits for the network, that there is something.
///
/// Whoever rings it keeps it alive, so that nobody writes to a descriptor that is another's by now.
package final class Bell: Sendable {
    /// Can be read once the bell was rung.
    package let readable: Int32
    private let writable: Int32

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

    package func ring() {
        // A pipe that is full wakes as well as one byte more would.
        _ = withUnsafeBytes(of: UInt8(1)) { write(writable, $0.baseAddress, 1) }
    }

    /// Takes out what was rung so far.
    package func silence() {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            while read(readable, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }
}

/// The system gives no pipe.
package struct NoPipe: Error, CustomStringConvertible {
    let code: Int32

    package var description: String { "cannot make a pipe: \(String(cString: strerror(code)))" }
}
