import FoundationEssentials
import TestSupport

/// A mail server with TLS for one connection, and its certificate.
final class TLSServer: Sendable {
    /// A line that the server received, and whether it was encrypted.
    struct Line: Equatable, Decodable {
        let isEncrypted: Bool
        let text: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            isEncrypted = try container.decode(Bool.self)
            text = try container.decode(String.self)
        }
    }

    private let directory: TemporaryDirectory
    private let server: PythonServer

    /// Starts a server.
    ///
    /// - Parameter mode: `starttls`, `smtps` or `plain`.
    init(_ mode: String, host: String = "localhost") throws {
        directory = try TemporaryDirectory()
        try Self.makeCertificate(for: host, in: directory)
        server = try PythonServer(
            "smtp_server", [mode, directory.path(of: "cert.pem"), directory.path(of: "key.pem")])
    }

    var port: Int { server.port }

    /// The path of the self-signed certificate.
    var certificate: String { directory.path(of: "cert.pem") }

    /// Returns the received lines after the connection has ended.
    func lines() throws -> [Line] {
        try JSONDecoder().decode([Line].self, from: Data(server.output().utf8))
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
}
