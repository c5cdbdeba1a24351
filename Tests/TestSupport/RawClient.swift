import Glibc

/// A client that sends arbitrary bytes.
package final class RawClient {
    /// A response: the status, the header lines and the body.
    package struct Response {
        package let status: Int
        package let headers: [String]
        package let body: String
    }

    private let connection: LoopbackConnection
    /// Keeps the server alive as long as the client.
    private let server: AnyObject?

    /// Connects to 127.0.0.1. Waiting for a response times out after 20 seconds.
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

    /// Returns whether everything was sent.
    @discardableResult
    package func send(_ text: String) -> Bool {
        connection.write(text)
    }

    /// Sends a request and returns the response.
    package func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) -> Response? {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + headers + length
        send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + (body ?? ""))
        return answer(hasBody: method != "HEAD")
    }

    /// Returns the next response with a Content-Length, or nil if the server disconnects.
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

    /// Returns whether the server disconnects, ignoring what it sends.
    package func isHungUp() -> Bool {
        errno = 0
        connection.waitForEnd()
        return errno != EAGAIN
    }
}
