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

    /// How many connections are open.
    package var connections: Int { core.connections.count }

    /// Accepts no more, finishes what is under way, and ends the threads; a second time does nothing.
    ///
    /// Each phase of a request has its limit, so this ends as soon as the handlers do.
    ///
    /// - Parameter limit: what is not over then is cut off.
    /// - Returns: false when a request is still worked on; then the threads go on.
    @discardableResult
    package func drain(within limit: Duration = .seconds(120)) -> Bool {
        guard core.drain() else { return true }
        daemon.stopAccepting()
        let end = ContinuousClock.now + limit
        while core.connections.isAtWork || core.connections.count > 0 {
            if ContinuousClock.now >= end, !cutOff() { return false }
            core.connections.sweep(isDraining: true)
            usleep(10_000)
        }
        daemon.stop()
        return true
    }

    /// Closes all connections; false when a request is still worked on a moment later.
    private func cutOff() -> Bool {
        for _ in 1...50 where core.connections.count > 0 {
            core.connections.hangUp()
            usleep(10_000)
        }
        return core.connections.count == 0
    }
}
