import Glibc

/// A pipe by which one thread tells another that there is something to do.
///
/// It lives as long as the program, so that nobody writes to a descriptor that is another's by now.
struct Waker: Sendable {
    let readable: Int32
    private let writable: Int32

    /// Nil when no pipe is to be had.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readable, writable) = (ends[0], ends[1])
    }

    func wake() {
        // A pipe that is full wakes as well as one byte more would.
        _ = withUnsafeBytes(of: UInt8(1)) { write(writable, $0.baseAddress, 1) }
    }

    /// Takes out what was written so far.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 512)
        while read(readable, &bytes, bytes.count) == bytes.count {}
    }
}
