import CMicrohttpd
import Synchronization

/// A request from the end of its first line until its answer is gone.
///
/// `@unchecked`: the library calls for a connection on one thread alone. Only what is given as an
/// answer comes on any thread, and has a lock.
final class ServerExchange: @unchecked Sendable {
    private struct Outcome {
        var isSuspended = false
        /// Without its body once that is the library's.
        var answer: Response?
    }

    private let target: String
    private let core: ServerCore
    private let library: LibraryConnection
    private let connection: Connection
    private let began = ContinuousClock.now
    private var head: RequestHead?
    private var reception: RequestDisposition?
    /// Whose memory body and answer count for; nil for somebody without a valid key.
    private var client: String?
    private var body: [UInt8] = []
    /// Bytes of the body that came, kept or not.
    private var received = 0
    /// Bytes of the body that are kept, here or by whoever works on the request.
    private var kept = 0
    /// Bytes of the answer's body.
    private var answerSize = 0
    /// Whether the body has been handed on.
    private var isAsked = false
    private let outcome = Mutex(Outcome())

    init(
        target: String, _ library: LibraryConnection, _ connection: Connection, _ core: ServerCore
    ) {
        (self.target, self.library, self.core) = (target, library, core)
        self.connection = connection
        connection.entered(.headers, at: began)
    }

    /// Goes on with the request: its headers are there, a part of its body, or all of it.
    ///
    /// - Parameter part: of the body; empty before its beginning and after its end.
    func step(
        method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        _ part: UnsafeBufferPointer<UInt8>
    ) -> MHD_Result {
        guard let reception else {
            return begin(
                String(cString: method), String(cString: version),
                hasWholeLines: library.hasWholeLines(method, version))
        }
        if !part.isEmpty { return take(part) ? .YES : .NO }
        switch reception {
        case .answer(let answer): return finish(answer)
        case .body(_, let work): return ask(work)
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
        if let refusal = core.refusal(of: head, hasWholeLines: hasWholeLines) {
            return finish(refusal, closes: true)
        }
        let announced = head.contentLength ?? 0
        var reception = core.receive(head)
        if case .body(let client, _) = reception {
            self.client = client
            if announced > core.limits.body { reception = .answer(core.fixed.tooLarge) }
        }
        self.reception = reception
        connection.entered(.body)
        // So much is not even thrown away.
        if case .answer(let answer) = reception, announced > core.limits.discarded {
            return finish(answer, closes: true)
        }
        return .YES
    }

    // MARK: Body

    /// False when the client sends without end.
    private func take(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
        received += part.count
        guard received <= core.limits.discarded else { return false }
        guard case .body = reception else { return true }
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
        reception = .answer(answer)
    }

    private func freeBody() {
        core.bodies.free(Self.charge(kept), for: client)
        (body, kept) = ([], 0)
    }

    private static func charge(_ bytes: Int) -> Int { MemoryLimits.charge(bytes) }

    // MARK: Answer

    private func ask(_ work: @Sendable ([UInt8], ResponseWriter) -> Void) -> MHD_Result {
        if !isAsked {
            // Nothing has been done yet, so that it can still be refused.
            guard core.answers.hasRoom(for: client) else { return finish(core.fixed.busy) }
            isAsked = true
            connection.entered(.working)
            let body = body
            self.body = []
            let reply = ResponseWriter(hasRoom: { [core, client] in
                core.answers.hasRoom(for: client)
            }) {
                [self] in answered($0 ?? core.fixed.failed)
            }
            work(body, reply)
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
        // Outside the lock, for which the thread that is woken would have to wait.
        if isSuspended { library.resume() }
    }

    private func finish(_ answer: Response, closes: Bool = false) -> MHD_Result {
        var answer = answer
        freeBody()
        if isAsked {
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

    /// The answer is gone, or the client.
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
