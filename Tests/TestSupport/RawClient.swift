import Glibc

/// A client that sends what it is told to, be it HTTP or not.
package final class RawClient {
    /// What came back: a status, the lines of its headers, and the body.
    package struct Answer {
        package let status: Int
        package let headers: [String]
        package let body: String
    }

    private let socket: Int32
    /// What has to live as long as the client: the server.
    private let server: AnyObject?
    private var buffer: [UInt8] = []

    /// Connects to 127.0.0.1; a wait for an answer ends after 20 seconds.
    package init(port: Int, keeping server: AnyObject? = nil) throws {
        self.server = server
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(socket)
            throw NotConnected(code: errno)
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    package struct NotConnected: Error {
        package let code: Int32
    }

    deinit {
        close(socket)
    }

    /// Whether all of it went out.
    @discardableResult
    package func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// A request with what it needs, and its answer.
    package func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) -> Answer? {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + headers + length
        send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + (body ?? ""))
        return answer(hasBody: method != "HEAD")
    }

    /// The next answer with a Content-Length; nil when the server hangs up instead.
    package func answer(hasBody: Bool = true) -> Answer? {
        guard let end = position(of: "\r\n\r\n") else { return nil }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        var lines = head.split(separator: "\r\n").map(String.init)
        guard let first = lines.first else { return nil }
        lines.removeFirst()
        let status = first.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        if status == 100 { return answer(hasBody: hasBody) }
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        while hasBody, buffer.count < length, readMore() {}
        let body = buffer.prefix(hasBody ? length : 0)
        buffer.removeFirst(body.count)
        return Answer(
            status: status, headers: lines, body: String(decoding: body, as: UTF8.self))
    }

    /// Whether the server hangs up, whatever it still says.
    package func isHungUp() -> Bool {
        errno = 0
        while readMore() { buffer = [] }
        return errno != EAGAIN
    }

    private func position(of mark: String) -> Int? {
        let mark = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: mark) { return range.lowerBound }
            guard readMore() else { return nil }
        }
    }

    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }
}
