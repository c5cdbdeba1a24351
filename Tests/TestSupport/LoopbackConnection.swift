import Glibc

/// One end of a connection, with a read buffer.
package final class LoopbackConnection {
    private let socket: Int32
    private var buffer: [UInt8] = []

    init(_ socket: Int32) {
        self.socket = socket
    }

    deinit {
        close(socket)
    }

    /// Returns the next line without its line break, or nil if the peer has disconnected.
    package func readLine() -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end]
                buffer.removeFirst(end + 1)
                return Array(line.last == 13 ? line.dropLast() : line)
            }
            guard readMore() else { return nil }
        }
    }

    /// Returns the bytes before a marker and drops the marker. Returns nil if the peer disconnects
    /// before.
    func read(to mark: String) -> [UInt8]? {
        let mark = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: mark) {
                defer { buffer.removeFirst(range.upperBound) }
                return Array(buffer[..<range.lowerBound])
            }
            guard readMore() else { return nil }
        }
    }

    /// Reads until this number of bytes is available or the peer has disconnected.
    package func read(atLeast count: Int) {
        while buffer.count < count, readMore() {}
    }

    /// Returns this number of bytes, or nil if the peer disconnects before.
    package func read(_ count: Int) -> [UInt8]? {
        read(atLeast: count)
        guard buffer.count >= count else { return nil }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// Waits until the peer disconnects, ignoring what it sends.
    package func waitForEnd() {
        while readMore() { buffer = [] }
    }

    /// Returns whether everything was sent.
    @discardableResult
    package func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Shuts down the sending half of the connection.
    package func closeOwnHalf() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Makes the next close reset the connection (RST).
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }
}
