/// An HTTPS server on 127.0.0.1 for one connection, with a self-signed certificate.
package final class HTTPSServer: Sendable {
    private let directory: TemporaryDirectory
    private let server: PythonServer

    /// Starts the server.
    ///
    /// - Parameters:
    ///   - name: The name in the certificate.
    ///   - tickets: The number of TLS session tickets that it sends.
    package init(name: String, tickets: Int = 2) throws {
        directory = try TemporaryDirectory()
        server = try PythonServer(
            "https_server", [directory.path(of: "certificate"), name, "\(tickets)"])
    }

    package var port: Int { server.port }

    /// The path of the certificate.
    package var certificate: String { directory.path(of: "certificate") }
}
