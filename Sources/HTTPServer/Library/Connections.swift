import CMicrohttpd
import Glibc
import Synchronization

/// All open connections with their phases. It enforces a time limit for each phase.
///
/// libmicrohttpd closes silent connections, but a client that sends a byte now and then keeps its
/// connection forever. Here each phase ends, regardless of what the client sends.
final class Connections: Sendable {
    private let open = Mutex<[Int32: Connection]>([:])
    private let limits: ServerLimits
    /// The serialized response for a client that is too slow.
    private let tooSlow: [UInt8]

    init(_ limits: ServerLimits, tooSlow: Response) {
        self.limits = limits
        self.tooSlow = Self.text(of: tooSlow)
    }

    var count: Int { open.withLock { $0.count } }

    /// Whether a request is in progress.
    var hasActiveRequests: Bool {
        open.withLock { $0.values.contains { !$0.current.isIdle } }
    }

    // MARK: The life of a connection

    /// Adds a connection. If there is almost no room left, the connection that has been idle for
    /// longest is closed.
    func opened(_ connection: Connection) {
        open.withLock { open in
            open[connection.socket] = connection
            guard open.count > limits.connections - reserve else { return }
            let idle = open.values.filter(\.current.isIdle)
            let oldest = idle.min { $0.current.since < $1.current.since }
            // A request may have started on it in the meantime.
            oldest?.withStage { if $0.isIdle { oldest?.hangUp() } }
        }
    }

    /// The number of connections that are kept free, so that the library does not stop accepting.
    private var reserve: Int { min(64, limits.connections / 4) }

    /// Removes a connection. Call it before the descriptor can be reused for another connection.
    func closed(_ connection: Connection) {
        open.withLock { $0[connection.socket] = nil }
    }

    // MARK: Its end

    /// Closes all connections that have exceeded the time limit of their phase.
    ///
    /// - Parameter isDraining: Whether idle connections are closed as well.
    func sweep(isDraining: Bool) {
        let now = ContinuousClock.now
        // Inside the lock, so that no descriptor can be reused in the meantime.
        open.withLock { open in
            for connection in open.values {
                connection.withStage { stage in
                    let timeout = timeout(stage.phase, isDraining)
                    guard let timeout, now - stage.since > timeout else { return }
                    if stage.phase == .headers || stage.phase == .body { sendTooSlow(connection) }
                    connection.hangUp()
                }
            }
        }
    }

    /// Closes all connections.
    func hangUp() {
        // Inside the lock, so that no descriptor can be reused in the meantime.
        open.withLock { open in
            for connection in open.values { connection.hangUp() }
        }
    }

    /// Gives a request that was sent just before the shutdown time to arrive.
    private static let grace = Duration.milliseconds(500)

    private func timeout(_ phase: Connection.Phase, _ isDraining: Bool) -> Duration? {
        let (usual, ending): (Duration, Duration)
        switch phase {
        case .fresh, .idle: (usual, ending) = (limits.idle, Self.grace)
        case .headers: (usual, ending) = (limits.headers, limits.ending)
        case .body: (usual, ending) = (limits.reading, limits.ending)
        case .working: return nil
        case .answer: (usual, ending) = (limits.writing, limits.ending * 2)
        }
        return isDraining ? min(ending, usual) : usual
    }

    /// While a request is still being read, nothing else is being sent.
    private func sendTooSlow(_ connection: Connection) {
        _ = tooSlow.withUnsafeBytes {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            return send(connection.socket, $0.baseAddress, $0.count, flags)
        }
    }

    private static func text(of answer: Response) -> [UInt8] {
        let headers =
            answer.headers + [
                Response.Header("Connection", "close"),
                Response.Header("Content-Length", String(answer.body.count)),
            ]
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(answer.status) Request Timeout\r\n\(lines)\r\n".utf8) + answer.body
    }
}

/// An open connection: its client and its current phase.
final class Connection: Sendable {
    enum Phase: Hashable {
        /// No request has started yet.
        case fresh
        /// A request has ended, and the next one may begin.
        case idle
        case headers
        case body
        /// The request is being processed. This phase has no time limit here.
        case working
        case answer
    }

    struct Stage {
        var phase = Phase.fresh
        var since = ContinuousClock.now

        /// Whether no request is in progress.
        var isIdle: Bool { phase == .idle || phase == .fresh }
    }

    let socket: Int32
    /// The address of the client without its port.
    let peer: String
    /// Each connection has its own lock. A request enters five phases and should not wait for other
    /// connections.
    private let stage = Mutex(Stage())

    init(_ socket: Int32, peer: String) {
        (self.socket, self.peer) = (socket, peer)
    }

    var current: Stage { stage.withLock { $0 } }

    func entered(_ phase: Phase, at now: ContinuousClock.Instant = .now) {
        stage.withLock { $0 = Stage(phase: phase, since: now) }
    }

    /// Calls `body` with the current stage, which cannot change in the meantime.
    func withStage(_ body: (Stage) -> Void) {
        stage.withLock { body($0) }
    }

    /// Shuts the socket down. The library notices it and closes the connection.
    func hangUp() {
        shutdown(socket, Int32(SHUT_RDWR))
    }
}

/// The libmicrohttpd daemon and its threads.
///
/// `@unchecked`: the two functions that stop it may be called on any thread. Only
/// ``Server/drain()`` calls them in this order.
final class Daemon: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Starts the threads. On success the daemon owns the socket; returns nil on failure.
    ///
    /// The core is never released, because a thread of the library may access it until the end, and
    /// a program has only one server.
    init?(_ socket: Int32, _ core: ServerCore) {
        let context = Unmanaged.passRetained(core)
        var options = callback_mhd_plan()
        options.socket = socket
        options.threads = UInt32(max(2, core.limits.threads))
        options.connections = UInt32(core.limits.connections)
        options.memory = 2 * core.limits.head
        options.timeout = 120
        options.context = context.toOpaque()
        options.target = Self.target
        options.handle = Self.handle
        options.completed = Self.completed
        options.connection = Self.connection
        options.unescape = { _, _, text in text.map { strlen($0) } ?? 0 }
        guard let pointer = callback_mhd_start(&options) else {
            context.release()
            return nil
        }
        self.pointer = pointer
    }

    func stopAccepting() {
        let socket = MHD_quiesce_daemon(pointer)
        if socket >= 0 { close(socket) }
    }

    /// Stops the threads. No connection may be suspended.
    func stop() {
        MHD_stop_daemon(pointer)
    }

    // MARK: What the library calls

    private typealias Target =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
        ) -> UnsafeMutableRawPointer?

    private static let target: Target = { context, target, connection in
        guard let context, let target, let pointer = connection,
            let connection = callback_mhd_context(pointer)
        else { return nil }
        let exchange = ServerExchange(
            target: String(cString: target), LibraryConnection(pointer: pointer),
            Unmanaged<Connection>.fromOpaque(connection).takeUnretainedValue(),
            Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue())
        return Unmanaged.passRetained(exchange).toOpaque()
    }

    private static let handle: MHD_AccessHandlerCallback = {
        _, _, _, method, version, part, size, exchange in
        guard let exchange = exchange?.pointee, let method, let version, let size else {
            return .NO
        }
        let bytes = UnsafeRawBufferPointer(start: part, count: size.pointee)
        size.pointee = 0
        return Unmanaged<ServerExchange>.fromOpaque(exchange).takeUnretainedValue()
            .step(method: method, version: version, bytes.assumingMemoryBound(to: UInt8.self))
    }

    private static let completed: MHD_RequestCompletedCallback = { _, _, exchange, _ in
        guard let pointer = exchange?.pointee else { return }
        Unmanaged<ServerExchange>.fromOpaque(pointer).takeRetainedValue().end()
        exchange?.pointee = nil
    }

    private static let connection: MHD_NotifyConnectionCallback = {
        context, pointer, place, event in
        guard let context, let pointer, let place else { return }
        let connections = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
            .connections
        if event == .CONNECTION_NOTIFY_STARTED {
            let library = LibraryConnection(pointer: pointer)
            let connection = Connection(library.socket, peer: library.peer)
            place.pointee = Unmanaged.passRetained(connection).toOpaque()
            connections.opened(connection)
        } else if let connection = place.pointee {
            connections.closed(Unmanaged<Connection>.fromOpaque(connection).takeRetainedValue())
            place.pointee = nil
        }
    }
}
