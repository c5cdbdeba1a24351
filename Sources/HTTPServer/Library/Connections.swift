import Glibc
import Synchronization

/// Every open connection and what it is at, so that none keeps its place for longer than it may.
///
/// The library closes connections that are silent; one that sends a byte now and then it
/// lets live for ever. Here each phase has an end, whatever comes in.
final class Connections: Sendable {
    enum Phase: Hashable {
        /// No request has begun yet.
        case fresh
        /// A request is over, and the next one may come.
        case idle
        case headers
        case body
        /// The request is worked on, which has limits of its own.
        case working
        case answer
    }

    private struct Connection {
        var phase = Phase.fresh
        var since = ContinuousClock.now
    }

    private let open = Mutex<[Int32: Connection]>([:])
    private let limits: ServerLimits
    /// What a client that is too slow gets before the connection is closed, as it is sent.
    private let tooSlow: [UInt8]

    init(_ limits: ServerLimits, tooSlow: Answer) {
        self.limits = limits
        self.tooSlow = Self.text(of: tooSlow)
    }

    var count: Int { open.withLock { $0.count } }

    /// Whether a request is under way.
    var isAtWork: Bool {
        open.withLock { $0.values.contains { $0.phase != .idle && $0.phase != .fresh } }
    }

    // MARK: The life of a connection

    /// A new connection; when there is hardly room for more, the one that idles longest goes.
    func opened(_ socket: Int32) {
        open.withLock { open in
            open[socket] = Connection()
            guard open.count > limits.connections - Self.reserve else { return }
            let oldest = open.filter { $0.value.phase == .idle || $0.value.phase == .fresh }
                .min { $0.value.since < $1.value.since }
            if let oldest { Self.hangUp(oldest.key) }
        }
    }

    /// Places that are free again before the library stops to accept.
    private static let reserve = 64

    func entered(_ phase: Phase, _ socket: Int32) {
        open.withLock { $0[socket] = Connection(phase: phase) }
    }

    /// To be called before the socket's number can be another connection's.
    func closed(_ socket: Int32) {
        open.withLock { $0[socket] = nil }
    }

    // MARK: Its end

    /// Hangs up on those whose time is over.
    ///
    /// - Parameter isDraining: whether those that only idle go as well.
    func sweep(isDraining: Bool) {
        let now = ContinuousClock.now
        // Within the lock, so that no socket becomes another one's meanwhile.
        open.withLock { open in
            for (socket, connection) in open {
                let patience = patience(connection.phase, isDraining)
                guard let patience, now - connection.since > patience else { continue }
                if connection.phase == .headers || connection.phase == .body { refuse(socket) }
                Self.hangUp(socket)
            }
        }
    }

    /// What a request needs that was sent just before the server was told to end.
    private static let grace = Duration.milliseconds(500)

    private func patience(_ phase: Phase, _ isDraining: Bool) -> Duration? {
        switch phase {
        case .fresh, .idle: isDraining ? min(Self.grace, limits.idle) : limits.idle
        case .headers: limits.headers
        case .body: limits.reading
        case .working: nil
        case .answer: limits.writing
        }
    }

    /// Nothing else is being sent while a request is still read.
    private func refuse(_ socket: Int32) {
        _ = tooSlow.withUnsafeBytes {
            send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// The library sees the end of the connection and closes it.
    private static func hangUp(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    private static func text(of answer: Answer) -> [UInt8] {
        let headers =
            answer.headers + [
                Answer.Header("Connection", "close"),
                Answer.Header("Content-Length", String(answer.body.count)),
            ]
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(answer.status) Request Timeout\r\n\(lines)\r\n".utf8) + answer.body
    }
}
