import CMicrohttpd
import Synchronization

/// What all threads of a server share.
final class ServerCore: Sendable {
    let limits: ServerLimits
    let fixed: FixedAnswers
    let receive: @Sendable (RequestHead) -> Reception
    let observe: @Sendable (ServedRequest) -> Void
    let connections: Connections
    private let bodies = Atomic(0)
    private let draining = Atomic(false)

    init(
        _ limits: ServerLimits, _ fixed: FixedAnswers,
        receive: @escaping @Sendable (RequestHead) -> Reception,
        observe: @escaping @Sendable (ServedRequest) -> Void
    ) {
        (self.limits, self.fixed) = (limits, fixed)
        (self.receive, self.observe) = (receive, observe)
        connections = Connections(limits, tooSlow: fixed.tooSlow)
    }

    /// What a request is answered with that nobody has to look at; its connection is closed.
    func refusal(of head: RequestHead) -> Answer? {
        let framing = Framing(head)
        if framing.isAmbiguous { return fixed.ambiguous }
        if framing.isMalformed { return fixed.malformed }
        if head.target.utf8.count > limits.target { return fixed.targetTooLong }
        return framing.size > limits.head ? fixed.headTooLarge : nil
    }

    // MARK: Room for bodies

    /// Whether that many bytes more may be kept.
    func reserve(_ bytes: Int) -> Bool {
        let (_, sum) = bodies.add(bytes, ordering: .relaxed)
        if sum <= limits.bodies { return true }
        bodies.subtract(bytes, ordering: .relaxed)
        return false
    }

    func free(_ bytes: Int) {
        bodies.subtract(bytes, ordering: .relaxed)
    }

    // MARK: The end

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether this was the first time that it was told.
    func drain() -> Bool {
        !draining.exchange(true, ordering: .relaxed)
    }
}
