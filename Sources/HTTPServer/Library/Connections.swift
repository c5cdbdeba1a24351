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
    /// - Parameter isDraining: whether idle connections are closed as well.
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
        switch phase {
        case .fresh, .idle: isDraining ? min(Self.grace, limits.idle) : limits.idle
        case .headers: limits.headers
        case .body: limits.reading
        case .working: nil
        case .answer: limits.writing
        }
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
