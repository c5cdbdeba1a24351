import Glibc

/// A client that sends what it is told to, be it HTTP or not.
package final class RawClient {
    /// What came back: a status, the lines of its headers, and the body.
    package struct Response {
        package let status: Int
        package let headers: [String]
        package let body: String
    }

    private let connection: LoopbackConnection
    /// What has to live as long as the client: the server.
    private let server: AnyObject?

    /// Connects to 127.0.0.1; a wait for an answer ends after 20 seconds.
    package init(port: Int, keeping server: AnyObject? = nil) throws {
        self.server = server
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        connection = LoopbackConnection(socket)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw NotConnected(code: errno) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    package struct NotConnected: Error {
        package let code: Int32
    }

    /// Whether all of it went out.
    @discardableResult
    package func send(_ text: String) -> Bool {
        connection.write(text)
    }

    /// A request with what it needs, and its answer.
    package func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) -> Response? {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + headers + length
        send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + (body ?? ""))
        return answer(hasBody: method != "HEAD")
    }

    /// The next answer with a Content-Length; nil when the server hangs up instead.
    package func answer(hasBody: Bool = true) -> Response? {
        guard let head = connection.read(to: "\r\n\r\n") else { return nil }
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        guard let first = lines.first else { return nil }
        lines.removeFirst()
        let status = first.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        if status == 100 { return answer(hasBody: hasBody) }
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        guard let body = connection.read(hasBody ? length : 0) else { return nil }
        return Response(
            status: status, headers: lines, body: String(decoding: body, as: UTF8.self))
    }

    /// Whether the server hangs up, whatever it still says.
    package func isHungUp() -> Bool {
        errno = 0
        connection.waitForEnd()
        return errno != EAGAIN
    }
}
