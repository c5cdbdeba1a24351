import CMicrohttpd
import Concurrency
import Glibc
import Synchronization

/// An HTTP/1.1 server based on libmicrohttpd.
///
/// The server passes requests as values to a handler and knows nothing about their meaning. Its
/// memory is bounded by ``ServerLimits``: the number of connections, the bytes of headers per
/// connection, and the bytes of all bodies.
///
///     let server = try Server(on: "127.0.0.1:8080", fixed: responses) { head in
///         .body(client: nil) { body, writer in
///             writer.send(Response(status: 200, body: body))
///         }
///     }
///     print("listening on port \(server.port)")
///     server.drain()
package final class Server: Sendable {
    package let port: Int
    private let core: ServerCore
    private let daemon: Daemon

    /// Starts the server.
    ///
    /// - Parameters:
    ///   - address: A numeric address and port, such as `127.0.0.1:8080` or `[::1]:8080`. With
    ///     port 0, the system chooses a free port.
    ///   - limits: The limits for clients.
    ///   - fixed: The responses that the server sends without calling `receive`.
    ///   - proxies: The proxies whose client addresses are trusted.
    ///   - observe: Called after each request.
    ///   - receive: Decides about a request by its head. It is called concurrently on the threads
    ///     of the server.
    /// - Throws: ``ServerError`` if the address is invalid or the server cannot listen on it.
    package init(
        on address: String, limits: ServerLimits = ServerLimits(), fixed: FixedResponses,
        proxies: TrustedProxies = TrustedProxies(),
        observe: @escaping @Sendable (ServedRequest) -> Void = { _ in },
        receive: @escaping @Sendable (RequestHead) -> RequestDisposition
    ) throws(ServerError) {
        var socket = try ListeningSocket(address)
        let core = ServerCore(limits, fixed, proxies, receive: receive, observe: observe)
        guard let daemon = Daemon(socket.borrowed, core) else {
            throw .notStarted(address: address)
        }
        _ = socket.take()
        port = socket.port
        (self.core, self.daemon) = (core, daemon)
        WorkerThread.start { [weak core] in
            while let connections = core?.connections, core?.isDraining == false {
                connections.sweep(isDraining: false)
                usleep(250_000)
            }
        }
    }

    /// The number of open connections.
    package var connections: Int { core.connections.count }

    /// Stops accepting connections, finishes the requests in progress, and stops the threads.
    ///
    /// A second call has no effect. Each phase of a request has a time limit, so the call returns
    /// as soon as the handlers have finished.
    ///
    /// - Parameter limit: The time after which the remaining connections are closed.
    /// - Returns: False if a request is still being processed. The threads then keep running.
    @discardableResult
    package func drain(within limit: Duration = .seconds(120)) -> Bool {
        guard core.drain() else { return true }
        daemon.stopAccepting()
        let end = ContinuousClock.now + limit
        while core.connections.hasActiveRequests || core.connections.count > 0 {
            if ContinuousClock.now >= end, !cutOff() { return false }
            core.connections.sweep(isDraining: true)
            usleep(10_000)
        }
        daemon.stop()
        return true
    }

    /// Closes all connections. Returns false if a request is still being processed shortly after.
    private func cutOff() -> Bool {
        for _ in 1...50 where core.connections.count > 0 {
            core.connections.hangUp()
            usleep(10_000)
        }
        return core.connections.count == 0
    }
}

/// An error that occurred while starting a server.
package enum ServerError: Error, Hashable, Sendable {
    /// The text is not an address with a port.
    case notAnAddress(String)
    case cannotListen(address: String, code: Int32)
    /// The library could not start its threads.
    case notStarted(address: String)
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAnAddress(let text):
            "'\(text)' is not a valid listen address; use an address such as "
                + "127.0.0.1:8080 or [::1]:8080"
        case .cannotListen(let address, let code):
            "cannot listen on \(address): \(String(cString: strerror(code)))\(Self.remedy(code))"
        case .notStarted(let address):
            "cannot serve on \(address): the threads could not be started"
        }
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "; another program uses this port; stop it or choose another port"
        case EACCES: "; ports below 1024 need special permission; choose another port"
        case EADDRNOTAVAIL: "; this machine has no such address"
        default: ""
        }
    }
}
