import Glibc

/// A server in a script of Tests/Checks that writes its port to a FIFO, its first argument.
package final class PythonServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory
    private let run: OwnThread<String>

    /// Starts the script, and waits until it listens or has failed; then the port is 0.
    package init(_ script: String, _ arguments: [String]) throws {
        // OpenSSL writes to connections that their peer has left; the programs ignore it as well.
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
        let fifo = directory.path(of: "port")
        mkfifo(fifo, 0o600)
        run = OwnThread {
            // A server that never came up must not leave its test waiting.
            defer { close(open(fifo, O_WRONLY | O_NONBLOCK)) }
            return try PythonCheck.run(script, [fifo] + arguments, limit: 60)
        }
        port = Self.readNumber(from: fifo)
    }

    /// What the script printed, once it has ended.
    package func output() throws -> String {
        try run.value()
    }

    /// Opening a FIFO waits for its writer, here for the server.
    private static func readNumber(from fifo: String) -> Int {
        let file = open(fifo, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(file, &digits, digits.count))
        return Int(String(decoding: digits[..<count], as: UTF8.self)) ?? 0
    }
}
