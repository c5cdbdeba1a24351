import Glibc
import Synchronization

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
