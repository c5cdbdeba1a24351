import Glibc
import Synchronization

/// An open connection: who is on its other side, and what it is at.
final class Connection: Sendable {
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

    struct Stage {
        var phase = Phase.fresh
        var since = ContinuousClock.now

        /// Whether no request is under way.
        var isIdle: Bool { phase == .idle || phase == .fresh }
    }

    let socket: Int32
    /// The address of the other side, without its port.
    let peer: String
    /// Each has a lock of its own: a request enters five phases, and none is to wait for others.
    private let stage = Mutex(Stage())

    init(_ socket: Int32, peer: String) {
        (self.socket, self.peer) = (socket, peer)
    }

    var current: Stage { stage.withLock { $0 } }

    func entered(_ phase: Phase, at now: ContinuousClock.Instant = .now) {
        stage.withLock { $0 = Stage(phase: phase, since: now) }
    }

    /// Looks at what it is at, which does not change meanwhile.
    func look(_ body: (Stage) -> Void) {
        stage.withLock { body($0) }
    }

    /// The library sees the end of the connection and closes it.
    func hangUp() {
        shutdown(socket, Int32(SHUT_RDWR))
    }
}
