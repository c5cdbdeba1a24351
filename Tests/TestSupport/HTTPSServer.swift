import Glibc

/// An HTTPS server on 127.0.0.1 for one connection, whose certificate signs itself.
package final class HTTPSServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory

    /// - Parameter name: whom the certificate is for.
    package init(name: String) throws {
        // OpenSSL writes to connections that their peer has left; the programs ignore it as well.
        signal(SIGPIPE, SIG_IGN)
        let directory = try TemporaryDirectory()
        self.directory = directory
        let fifo = directory.path(of: "port")
        mkfifo(fifo, 0o600)
        let arguments = [fifo, directory.path(of: "certificate"), name]
        LoopbackListener.detach {
            _ = try? PythonCheck.run("https_server", arguments, limit: 60)
            // A server that never came up must not leave its test waiting.
            close(open(fifo, O_WRONLY | O_NONBLOCK))
        }
        port = Self.readNumber(from: fifo)
    }

    /// Opening a FIFO waits for its writer, here for the server.
    private static func readNumber(from fifo: String) -> Int {
        let file = open(fifo, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(file, &digits, digits.count))
        return Int(String(decoding: digits[..<count], as: UTF8.self)) ?? 0
    }

    /// The file of the certificate.
    package var certificate: String { directory.path(of: "certificate") }
}
