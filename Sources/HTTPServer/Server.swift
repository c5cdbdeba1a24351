import CMicrohttpd
import Glibc
import Synchronization
import Threads

/// An HTTP/1.1 server: the library's threads on one side, values on the other.
///
/// It knows nothing of what is asked. Memory is bounded by its limits: so many connections, so
/// many bytes of headers for each, and so many of bodies in all.
package final class Server: Sendable {
    package let port: Int
    private let core: ServerCore
    private let daemon: Daemon

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - address: such as `127.0.0.1:8080` or `[::1]:8080`; port 0 is any that is free.
    ///   - proxies: whose word about their clients counts.
    ///   - receive: called on the server's threads, by many of them at once.
    ///   - observe: called for each request that is over.
    package init(
        on address: String, limits: ServerLimits = ServerLimits(), fixed: FixedAnswers,
        proxies: TrustedProxies = TrustedProxies(),
        observe: @escaping @Sendable (ServedRequest) -> Void = { _ in },
        receive: @escaping @Sendable (RequestHead) -> Reception
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

    /// How many connections are open.
    package var connections: Int { core.connections.count }

    /// Accepts no more, finishes what is under way, and ends the threads; a second time does nothing.
    ///
    /// Each phase of a request has its limit, so this ends as soon as the handlers do.
    package func drain() {
        guard core.drain() else { return }
        daemon.stopAccepting()
        repeat {
            core.connections.sweep(isDraining: true)
            usleep(10_000)
        } while core.connections.isAtWork || core.connections.count > 0
        daemon.stop()
    }
}
