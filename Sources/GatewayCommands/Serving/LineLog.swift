import Concurrency
import Glibc
import Synchronization

/// Writes lines from many threads to a file descriptor, without blocking them.
///
/// Its own thread does the writing, because a write to a pipe without a reader blocks forever.
final class LineLog: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        /// Whether lines were removed from `lines` that are not written yet.
        var isWriting = false

        var isEmpty: Bool { lines.isEmpty && dropped == 0 && !isWriting }
    }

    private let state = Mutex(State())
    private let arrivals = Semaphore()
    private let descriptor: Int32

    /// The maximum size of waiting lines in bytes. Further lines are dropped and counted.
    private static let capacity = 4 << 20
    /// How long lines are collected before they are written, in milliseconds. This saves writes.
    private static let interval = 50

    /// - Parameter descriptor: Must stay open while the program runs.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        WorkerThread.start { [self] in
            while true {
                arrivals.wait()
                Polling.of(milliseconds: Self.interval)
                writeAll()
            }
        }
    }

    func write(_ line: String) {
        write(Array(line.utf8))
    }

    /// - Parameter line: UTF-8 text without a line feed.
    func write(_ line: [UInt8]) {
        let isFirst = state.withLock { state in
            let isFirst = state.lines.isEmpty && state.dropped == 0
            if state.lines.count + line.count < Self.capacity {
                state.lines += line
                state.lines.append(10)
            } else {
                state.dropped += 1
            }
            return isFirst
        }
        if isFirst { arrivals.signal() }
    }

    /// Waits until all lines are written, up to a time limit.
    func flush(within limit: Duration) {
        let end = ContinuousClock.now + limit
        while !state.withLock({ $0.isEmpty }), ContinuousClock.now < end {
            Polling.of(milliseconds: 2)
        }
    }

    private func writeAll() {
        let (lines, dropped) = state.withLock { state in
            defer { state = State(isWriting: true) }
            return (state.lines, state.dropped)
        }
        write(lines[...])
        if dropped > 0 { write(Array("{\"lines_lost\":\(dropped)}\n".utf8)[...]) }
        state.withLock { $0.isWriting = false }
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                waitUntilWritable()
                continue
            }
            // Keep serving if the reader of the log has exited.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Another program may have made the pipe non-blocking.
    private func waitUntilWritable() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
    }
}
