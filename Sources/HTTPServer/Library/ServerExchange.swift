import CMicrohttpd
import Synchronization

/// A request and its response, from the end of the request line until the response has been sent.
///
/// `@unchecked`: the library calls us on one thread per connection. Only the response can come from
/// any thread, and it is protected by a lock.
final class ServerExchange: @unchecked Sendable {
    private struct Outcome {
        var isSuspended = false
        /// The response. Its body is removed once the library has copied it.
        var answer: Response?
    }

    private let target: String
    private let core: ServerCore
    private let library: LibraryConnection
    private let connection: Connection
    private let began = ContinuousClock.now
    private var head: RequestHead?
    private var disposition: RequestDisposition?
    /// The client whose memory budget the body and the response count against, or nil for clients
    /// without a valid key.
    private var client: String?
    private var body: [UInt8] = []
    /// The number of received bytes of the body, kept or not.
    private var received = 0
    /// The number of kept bytes of the body, including those passed to the handler.
    private var kept = 0
    /// The number of bytes of the response body.
    private var answerSize = 0
    /// Whether the body has been passed to the handler.
    private var isHandled = false
    private let outcome = Mutex(Outcome())

    init(
        target: String, _ library: LibraryConnection, _ connection: Connection, _ core: ServerCore
    ) {
        (self.target, self.library, self.core) = (target, library, core)
        self.connection = connection
        connection.entered(.headers, at: began)
    }

    /// Continues the request: after the headers, after each part of the body, and at the end.
    ///
    /// - Parameters:
    ///   - method: The request method.
    ///   - version: The HTTP version.
    ///   - part: A part of the body. Empty before its beginning and after its end.
    func step(
        method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        _ part: UnsafeBufferPointer<UInt8>
    ) -> MHD_Result {
        guard let disposition else {
            return begin(
                String(cString: method), String(cString: version),
                hasWholeLines: library.hasWholeLines(method, version))
        }
        if !part.isEmpty { return take(part) ? .YES : .NO }
        switch disposition {
        case .answer(let answer): return finish(answer)
        case .body(_, let work): return handle(work)
        }
    }

    // MARK: Headers

    private func begin(
        _ method: String, _ version: String, hasWholeLines: Bool
    ) -> MHD_Result {
        let head = RequestHead(
            method: method, target: target, headers: library.headers, peer: connection.peer,
            proxies: core.proxies, version: version)
        self.head = head
        if let rejection = core.rejection(of: head, hasWholeLines: hasWholeLines) {
            return finish(rejection, closes: true)
        }
        let announced = head.contentLength ?? 0
        var disposition = core.receive(head)
        if case .body(let client, _) = disposition {
            self.client = client
            if announced > core.limits.body { disposition = .answer(core.fixed.tooLarge) }
        }
        self.disposition = disposition
        connection.entered(.body)
        // A body of this size is not even read and discarded.
        if case .answer(let answer) = disposition, announced > core.limits.discarded {
            return finish(answer, closes: true)
        }
        return .YES
    }

    // MARK: Body

    /// Receives a part of the body. Returns false if the client sends too much.
    private func take(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
        received += part.count
        guard received <= core.limits.discarded else { return false }
        guard case .body = disposition else { return true }
        if received > core.limits.body {
            drop(core.fixed.tooLarge)
        } else if core.bodies.reserve(Self.charge(received) - Self.charge(kept), for: client) {
            body.append(contentsOf: part)
            kept = received
        } else {
            drop(core.fixed.busy)
        }
        return true
    }

    private func drop(_ answer: Response) {
        freeBody()
        disposition = .answer(answer)
    }

    private func freeBody() {
        core.bodies.free(Self.charge(kept), for: client)
        (body, kept) = ([], 0)
    }

    private static func charge(_ bytes: Int) -> Int { MemoryLimits.charge(bytes) }

    // MARK: Answer

    private func handle(_ work: @Sendable ([UInt8], ResponseWriter) -> Void) -> MHD_Result {
        if !isHandled {
            // Nothing has been done yet, so the request can still be rejected.
            guard core.answers.hasRoom(for: client) else { return finish(core.fixed.busy) }
            isHandled = true
            connection.entered(.working)
            let body = body
            self.body = []
            let writer = ResponseWriter(hasRoom: { [core, client] in
                core.answers.hasRoom(for: client)
            }) {
                [self] in answered($0 ?? core.fixed.failed)
            }
            work(body, writer)
        }
        let answer = outcome.withLock { outcome in
            if outcome.answer == nil {
                outcome.isSuspended = true
                library.suspend()
            }
            return outcome.answer
        }
        return answer.map { finish($0) } ?? .YES
    }

    private func answered(_ answer: Response) {
        let isSuspended = outcome.withLock { outcome in
            outcome.answer = answer
            defer { outcome.isSuspended = false }
            return outcome.isSuspended
        }
        // Outside of the lock, because the resumed thread would have to wait for it.
        if isSuspended { library.resume() }
    }

    private func finish(_ answer: Response, closes: Bool = false) -> MHD_Result {
        var answer = answer
        freeBody()
        if isHandled {
            core.answers.take(Self.charge(answer.body.count), for: client)
        } else if !core.answers.reserve(Self.charge(answer.body.count), for: client) {
            answer = core.fixed.busy
        }
        answerSize = answer.body.count
        connection.entered(.answer)
        let result = library.queue(answer, closes: closes || core.isDraining)
        answer.body = []
        outcome.withLock { $0.answer = answer }
        return result
    }

    /// Called when the response has been sent or the client has disconnected.
    func end() {
        let now = ContinuousClock.now
        connection.entered(.idle, at: now)
        freeBody()
        core.answers.free(Self.charge(answerSize), for: client)
        guard let head else { return }
        let answer = outcome.withLock { $0.answer }
        core.observe(
            ServedRequest(head: head, answer: answer, bytes: answerSize, duration: now - began))
    }
}

/// The state that all threads of a server share.
final class ServerCore: Sendable {
    let limits: ServerLimits
    let fixed: FixedResponses
    let receive: @Sendable (RequestHead) -> RequestDisposition
    let observe: @Sendable (ServedRequest) -> Void
    let connections: Connections
    let proxies: TrustedProxies
    let bodies: MemoryBudget
    let answers: MemoryBudget
    private let draining = Atomic(false)

    init(
        _ limits: ServerLimits, _ fixed: FixedResponses, _ proxies: TrustedProxies,
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
    /// - Parameter hasWholeLines: Whether each line of the head ends correctly.
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

/// Limits how many bytes the server keeps for its clients, in total and per client.
///
/// Each client gets only a part of the total, so that a slow client cannot use the memory of the
/// others. All requests without a valid key count as one client.
final class MemoryBudget: Sendable {
    private struct Use {
        var all = 0
        var byClient: [String: Int] = [:]
        var withoutKey = 0

        subscript(client: String?) -> Int {
            get { client.map { byClient[$0, default: 0] } ?? withoutKey }
            set {
                if let client {
                    byClient[client] = newValue == 0 ? nil : newValue
                } else {
                    withoutKey = newValue
                }
            }
        }
    }

    private let use = Mutex(Use())
    private let limits: MemoryLimits

    init(_ limits: MemoryLimits) {
        self.limits = limits
    }

    /// Whether there is memory for an item of unknown size.
    func hasRoom(for client: String?) -> Bool {
        use.withLock { $0.all < limits.all && $0[client] < limits.part(of: client) }
    }

    /// Reserves memory. Returns false if there is not enough.
    func reserve(_ bytes: Int, for client: String?) -> Bool {
        guard bytes > 0 else { return true }
        return use.withLock { use in
            guard use.all + bytes <= limits.all,
                use[client] + bytes <= limits.part(of: client)
            else { return false }
            use.all += bytes
            use[client] += bytes
            return true
        }
    }

    /// Reserves memory even if there is not enough.
    func take(_ bytes: Int, for client: String?) {
        guard bytes != 0 else { return }
        use.withLock { use in
            use.all += bytes
            use[client] += bytes
        }
    }

    func free(_ bytes: Int, for client: String?) {
        take(-bytes, for: client)
    }
}

extension MemoryLimits {
    fileprivate func part(of client: String?) -> Int { client == nil ? withoutKey : one }

    /// The number of bytes that a body or response of this size counts for.
    static func charge(_ bytes: Int) -> Int { bytes > small ? bytes : 0 }
}
