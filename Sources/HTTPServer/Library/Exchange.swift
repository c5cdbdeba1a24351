import CMicrohttpd
import Synchronization

/// A request from the end of its first line until its answer is gone.
final class Exchange: Sendable {
    private struct State {
        var head: RequestHead?
        var reception: Reception?
        var body: [UInt8] = []
        /// Bytes of the body that came, kept or not.
        var received = 0
        /// Whether the body has been handed on.
        var isAsked = false
        var isSuspended = false
        var answer: Answer?
    }

    private let target: String
    private let core: ServerCore
    private let connection: LibraryConnection
    private let socket: Int32
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    init(target: String, _ connection: LibraryConnection, _ core: ServerCore) {
        (self.target, self.connection, self.core) = (target, connection, core)
        socket = connection.socket
        core.connections.entered(.headers, socket)
    }

    /// Goes on with the request: its headers are there, a part of its body, or all of it.
    ///
    /// - Parameter part: of the body; empty before its beginning and after its end.
    func step(
        method: String, version: String, _ part: UnsafeBufferPointer<UInt8>
    ) -> MHD_Result {
        guard let reception = state.withLock({ $0.reception }) else {
            return begin(method, version)
        }
        if !part.isEmpty { return take(part) ? .YES : .NO }
        switch reception {
        case .answer(let answer): return finish(answer)
        case .body(let work): return ask(work)
        }
    }

    // MARK: Headers

    private func begin(_ method: String, _ version: String) -> MHD_Result {
        let head = RequestHead(
            method: method, target: target, headers: connection.headers, peer: connection.peer,
            version: version)
        if let refusal = core.refusal(of: head) {
            state.withLock { $0.head = head }
            return finish(refusal, closes: true)
        }
        let announced = head.contentLength ?? 0
        var reception = core.receive(head)
        if case .body = reception, announced > core.limits.body {
            reception = .answer(core.fixed.tooLarge)
        }
        state.withLock { ($0.head, $0.reception) = (head, reception) }
        core.connections.entered(.body, socket)
        // So much is not even thrown away.
        if case .answer(let answer) = reception, announced > core.limits.discarded {
            return finish(answer, closes: true)
        }
        return .YES
    }

    // MARK: Body

    /// False when the client sends without end.
    private func take(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
        state.withLock { state in
            state.received += part.count
            guard state.received <= core.limits.discarded else { return false }
            guard case .body = state.reception else { return true }
            if state.received > core.limits.body {
                drop(&state, core.fixed.tooLarge)
            } else if core.reserve(part.count) {
                state.body.append(contentsOf: part)
            } else {
                drop(&state, core.fixed.busy)
            }
            return true
        }
    }

    private func drop(_ state: inout State, _ answer: Answer) {
        core.free(state.body.count)
        (state.body, state.reception) = ([], .answer(answer))
    }

    // MARK: Answer

    private func ask(_ work: @Sendable ([UInt8], Reply) -> Void) -> MHD_Result {
        let body: [UInt8]? = state.withLock { state in
            guard !state.isAsked else { return nil }
            state.isAsked = true
            return state.body
        }
        if let body {
            core.connections.entered(.working, socket)
            work(body, Reply { [self] in answered($0 ?? core.fixed.failed) })
        }
        let answer = state.withLock { state in
            if state.answer == nil {
                state.isSuspended = true
                connection.suspend()
            }
            return state.answer
        }
        return answer.map { finish($0) } ?? .YES
    }

    private func answered(_ answer: Answer) {
        let isSuspended = state.withLock { state in
            state.answer = answer
            defer { state.isSuspended = false }
            return state.isSuspended
        }
        // Outside the lock, for which the thread that is woken would have to wait.
        if isSuspended { connection.resume() }
    }

    private func finish(_ answer: Answer, closes: Bool = false) -> MHD_Result {
        state.withLock { $0.answer = answer }
        core.connections.entered(.answer, socket)
        return connection.queue(answer, closes: closes || core.isDraining)
    }

    /// The answer is gone, or the client.
    func end() {
        core.connections.entered(.idle, socket)
        let (head, answer) = state.withLock { state in
            core.free(state.body.count)
            state.body = []
            return (state.head, state.answer)
        }
        guard let head else { return }
        core.observe(
            ServedRequest(head: head, answer: answer, duration: ContinuousClock.now - began))
    }
}
