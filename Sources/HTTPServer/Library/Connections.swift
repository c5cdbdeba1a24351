import Glibc
import Synchronization

/// Every open connection and what it is at, so that none keeps its place for longer than it may.
///
/// The library closes connections that are silent; one that sends a byte now and then it
/// lets live for ever. Here each phase has an end, whatever comes in.
final class Connections: Sendable {
    private let open = Mutex<[Int32: Connection]>([:])
    private let limits: ServerLimits
    /// What a client that is too slow gets before the connection is closed, as it is sent.
    private let tooSlow: [UInt8]

    init(_ limits: ServerLimits, tooSlow: Response) {
        self.limits = limits
        self.tooSlow = Self.text(of: tooSlow)
    }

    var count: Int { open.withLock { $0.count } }

    /// Whether a request is under way.
    var isAtWork: Bool {
        open.withLock { $0.values.contains { !$0.current.isIdle } }
    }

    // MARK: The life of a connection

    /// A new connection; when there is hardly room for more, the one that idles longest goes.
    func opened(_ connection: Connection) {
        open.withLock { open in
            open[connection.socket] = connection
            guard open.count > limits.connections - reserve else { return }
            let idle = open.values.filter(\.current.isIdle)
            let oldest = idle.min { $0.current.since < $1.current.since }
            // A request may have begun on it meanwhile.
            oldest?.look { if $0.isIdle { oldest?.hangUp() } }
        }
    }

    /// Places that are free again before the library stops to accept.
    private var reserve: Int { min(64, limits.connections / 4) }

    /// To be called before the socket's number can be another connection's.
    func closed(_ connection: Connection) {
        open.withLock { $0[connection.socket] = nil }
    }

    // MARK: Its end

    /// Hangs up on those whose time is over.
    ///
    /// - Parameter isDraining: whether those that only idle go as well.
    func sweep(isDraining: Bool) {
        let now = ContinuousClock.now
        // Within the lock, so that no socket becomes another one's meanwhile.
        open.withLock { open in
            for connection in open.values {
                connection.look { stage in
                    let timeout = timeout(stage.phase, isDraining)
                    guard let timeout, now - stage.since > timeout else { return }
                    if stage.phase == .headers || stage.phase == .body { refuse(connection) }
                    connection.hangUp()
                }
            }
        }
    }

    /// Hangs up on all.
    func hangUp() {
        // Within the lock, so that no socket becomes another one's meanwhile.
        open.withLock { open in
            for connection in open.values { connection.hangUp() }
        }
    }

    /// What a request needs that was sent just before the server was told to end.
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

    /// Nothing else is being sent while a request is still read.
    private func refuse(_ connection: Connection) {
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
