import Glibc

/// A server in a script of Tests/Checks. The script writes its port to a FIFO, its first argument.
package final class PythonServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory
    private let run: OwnThread<String>

    /// Starts the script and waits until it listens. If it fails, the port is 0.
    package init(_ script: String, _ arguments: [String]) throws {
        // OpenSSL writes to connections that the peer has closed. The programs ignore SIGPIPE as
        // well.
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
        let fifo = directory.path(of: "port")
        mkfifo(fifo, 0o600)
        run = OwnThread {
            // A server that never starts must not block its test.
            defer { close(open(fifo, O_WRONLY | O_NONBLOCK)) }
            return try PythonCheck.run(script, [fifo] + arguments, limit: 60)
        }
        port = Self.readNumber(from: fifo)
    }

    /// Waits for the script to end and returns its output.
    package func output() throws -> String {
        try run.value()
    }

    /// Reads a number from a FIFO. Opening it waits for the server.
    private static func readNumber(from fifo: String) -> Int {
        let file = open(fifo, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(file, &digits, digits.count))
        return Int(String(decoding: digits[..<count], as: UTF8.self)) ?? 0
    }
}
