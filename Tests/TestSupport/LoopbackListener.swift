import Concurrency
import Glibc

/// A TCP server on 127.0.0.1 for tests, with a thread per connection.
package final class LoopbackListener: Sendable {
    package let port: Int
    private let socket: Int32

    /// Starts to listen on a free port. Each connection is closed when the handler returns.
    package init(_ handle: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        // OpenSSL writes to connections that the peer has closed. The programs ignore SIGPIPE as
        // well.
        signal(SIGPIPE, SIG_IGN)
        let (socket, port) = try Self.listen()
        self.socket = socket
        self.port = port
        WorkerThread.start {
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                WorkerThread.start { handle(LoopbackConnection(client)) }
            }
            close(socket)
        }
    }

    deinit {
        // Wakes the thread, which then closes the socket.
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Returns an HTTP server for a client that uses TLS. It responds to any bytes.
    ///
    /// It does not read lines, because the client's first bytes are partly random and may not
    /// contain any.
    package static func withoutTLS() throws -> LoopbackListener {
        try LoopbackListener { connection in
            connection.read(atLeast: 1)
            connection.write("HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n")
        }
    }

    /// Returns a port on which nothing listens.
    ///
    /// Its socket stays bound until the process ends. Otherwise another test could use the port.
    package static func closedPort() throws -> Int {
        try bound { _ in true }.port
    }

    private struct Failure: Error {}

    private static func listen() throws -> (socket: Int32, port: Int) {
        try bound { Glibc.listen($0, 128) == 0 }
    }

    private static func bound(
        _ prepare: (Int32) -> Bool
    ) throws -> (socket: Int32, port: Int) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && prepare(socket)
                    && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw Failure() }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }
}
