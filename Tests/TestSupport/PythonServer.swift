import Glibc
import Synchronization

/// A server in a script of Tests/Checks that writes its port to a FIFO, its first argument.
package final class PythonServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory
    private let outcome: Outcome

    /// Starts the script, and waits until it listens or has failed; then the port is 0.
    package init(_ script: String, _ arguments: [String]) throws {
        // OpenSSL writes to connections that their peer has left; the programs ignore it as well.
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
        outcome = Outcome()
        let fifo = directory.path(of: "port")
        mkfifo(fifo, 0o600)
        LoopbackListener.detach { [outcome] in
            outcome.set(Result { try PythonCheck.run(script, [fifo] + arguments, limit: 60) })
            // A server that never came up must not leave its test waiting.
            close(open(fifo, O_WRONLY | O_NONBLOCK))
        }
        port = Self.readNumber(from: fifo)
    }

    /// What the script printed, once it has ended.
    package func output() throws -> String {
        try outcome.wait().get()
    }

    /// Opening a FIFO waits for its writer, here for the server.
    private static func readNumber(from fifo: String) -> Int {
        let file = open(fifo, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(file, &digits, digits.count))
        return Int(String(decoding: digits[..<count], as: UTF8.self)) ?? 0
    }

    /// The script's output, waited for by another thread.
    private final class Outcome: Sendable {
        private let result = Mutex<Result<String, any Error>?>(nil)

        func set(_ value: Result<String, any Error>) {
            result.withLock { $0 = value }
        }

        func wait() -> Result<String, any Error> {
            while true {
                if let value = result.withLock({ $0 }) { return value }
                usleep(1_000)
            }
        }
    }
}
