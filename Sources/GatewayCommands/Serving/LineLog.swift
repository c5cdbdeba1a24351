import Glibc
import Synchronization

/// Lines for a descriptor from many threads, none of which waits for whoever reads them.
final class LineLog: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let descriptor: Int32

    /// What may wait to be written, in bytes; what is more is lost and counted.
    private static let capacity = 4 << 20

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ line: String) {
        write(Array(line.utf8))
    }

    /// - Parameter line: in UTF-8, without its end.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            guard state.lines.count + line.count < Self.capacity else {
                state.dropped += 1
                return
            }
            state.lines += line
            state.lines.append(10)
        }
    }

    /// Writes out what has come; one thread at a time.
    func flush() {
        let (lines, dropped) = state.withLock { state in
            defer { state = State() }
            return (state.lines, state.dropped)
        }
        write(lines[...])
        if dropped > 0 { write(Array("{\"lines_lost\":\(dropped)}\n".utf8)[...]) }
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A log that nobody reads any more is no reason to stop serving.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
