/// An HTTPS server on 127.0.0.1 for one connection, with a self-signed certificate.
package final class HTTPSServer: Sendable {
    private let directory: TemporaryDirectory
    private let server: PythonServer

    /// Starts the server.
    ///
    /// - Parameter name: the name in the certificate.
    package init(name: String) throws {
        directory = try TemporaryDirectory()
        server = try PythonServer("https_server", [directory.path(of: "certificate"), name])
    }

    package var port: Int { server.port }

    /// The path of the certificate.
    package var certificate: String { directory.path(of: "certificate") }
}
