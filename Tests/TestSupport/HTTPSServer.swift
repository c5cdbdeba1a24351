/// An HTTPS server on 127.0.0.1 for one connection, whose certificate signs itself.
package final class HTTPSServer: Sendable {
    private let directory: TemporaryDirectory
    private let server: PythonServer

    /// - Parameter name: whom the certificate is for.
    package init(name: String) throws {
        directory = try TemporaryDirectory()
        server = try PythonServer("https_server", [directory.path(of: "certificate"), name])
    }

    package var port: Int { server.port }

    /// The file of the certificate.
    package var certificate: String { directory.path(of: "certificate") }
}
