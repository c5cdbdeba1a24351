import CMicrohttpd
import Synchronization

/// The state that all threads of a server share.
final class ServerCore: Sendable {
    let limits: ServerLimits
    let fixed: FixedAnswers
    let receive: @Sendable (RequestHead) -> RequestDisposition
    let observe: @Sendable (ServedRequest) -> Void
    let connections: Connections
    let proxies: TrustedProxies
    let bodies: MemoryBudget
    let answers: MemoryBudget
    private let draining = Atomic(false)

    init(
        _ limits: ServerLimits, _ fixed: FixedAnswers, _ proxies: TrustedProxies,
        receive: @escaping @Sendable (RequestHead) -> RequestDisposition,
        observe: @escaping @Sendable (ServedRequest) -> Void
    ) {
        (self.limits, self.fixed, self.proxies) = (limits, fixed, proxies)
        (bodies, answers) = (MemoryBudget(limits.bodies), MemoryBudget(limits.answers))
        (self.receive, self.observe) = (receive, observe)
        connections = Connections(limits, tooSlow: fixed.tooSlow)
    }

    /// Returns the response for a request that can be rejected by its head alone. The connection is
    /// then closed.
    ///
    /// - Parameter hasWholeLines: whether each line of the head ends correctly.
    func rejection(of head: RequestHead, hasWholeLines: Bool) -> Response? {
        let framing = Framing(head)
        if framing.isAmbiguous { return fixed.ambiguous }
        if framing.isMalformed || !hasWholeLines { return fixed.malformed }
        if head.target.utf8.count > limits.target { return fixed.targetTooLong }
        return framing.size > limits.head ? fixed.headTooLarge : nil
    }

    // MARK: The end

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Starts draining. Returns false if the server is already draining.
    func drain() -> Bool {
        !draining.exchange(true, ordering: .relaxed)
    }
}
