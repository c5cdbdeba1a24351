import FoundationEssentials
import Glibc
import Synchronization
import TestSupport

/// A mail server with TLS for one connection, and the certificate it shows.
final class TLSServer: Sendable {
    /// A line that the server was sent, and whether TLS protected it.
    struct Line: Equatable, Decodable {
        let isEncrypted: Bool
        let text: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            isEncrypted = try container.decode(Bool.self)
            text = try container.decode(String.self)
        }
    }

    let port: Int
    private let directory: TemporaryDirectory
    private let outcome: Outcome

    /// - Parameter mode: `starttls`, `smtps` or `plain`.
    init(_ mode: String, host: String = "localhost") throws {
        directory = try TemporaryDirectory()
        try Self.makeCertificate(for: host, in: directory)
        let fifo = directory.path(of: "port")
        mkfifo(fifo, 0o600)
        outcome = Outcome()
        let arguments = [fifo, mode, directory.path(of: "cert.pem"), directory.path(of: "key.pem")]
        LoopbackListener.detach { [outcome] in
            outcome.set(Result { try PythonCheck.run("smtp_server", arguments, limit: 60) })
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

    /// The file of the certificate, which signs itself.
    var certificate: String { directory.path(of: "cert.pem") }

    /// What the server was sent, once the connection has ended.
    func lines() throws -> [Line] {
        try JSONDecoder().decode([Line].self, from: Data(outcome.wait().get().utf8))
    }

    static func makeCertificate(for host: String, in directory: TemporaryDirectory) throws {
        let run = try ProgramRun.of(
            program: "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=\(host)",
                "-addext", "subjectAltName=DNS:\(host)", "-keyout", "key.pem", "-out", "cert.pem",
            ], in: directory)
        guard run.status == 0 else { throw OpenSSLFailure(description: run.errors) }
    }

    private struct OpenSSLFailure: Error, CustomStringConvertible {
        let description: String
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
