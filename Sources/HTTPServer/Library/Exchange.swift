import CMicrohttpd
import Synchronization

/// A request from the end of its first line until its answer is gone.
///
/// `@unchecked`: the library calls for a connection on one thread alone. Only what is given as an
/// answer comes on any thread, and has a lock.
final class Exchange: @unchecked Sendable {
    private struct Outcome {
        var isSuspended = false
        var answer: Answer?
    }

    private let target: String
    private let core: ServerCore
    private let library: LibraryConnection
    private let connection: Connection
    private let began = ContinuousClock.now
    private var head: RequestHead?
    private var reception: Reception?
    private var body: [UInt8] = []
    /// Bytes of the body that came, kept or not.
    private var received = 0
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
            return begin(String(cString: method), String(cString: version))
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
            method: method, target: target, headers: library.headers, peer: connection.peer,
            version: version)
        self.head = head
        if let refusal = core.refusal(of: head) { return finish(refusal, closes: true) }
        let announced = head.contentLength ?? 0
        var reception = core.receive(head)
        if case .body = reception, announced > core.limits.body {
            reception = .answer(core.fixed.tooLarge)
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
        } else if core.reserve(part.count) {
            body.append(contentsOf: part)
        } else {
            drop(core.fixed.busy)
        }
        return true
    }

    private func drop(_ answer: Answer) {
        core.free(body.count)
        (body, reception) = ([], .answer(answer))
    }

    // MARK: Answer

    private func ask(_ work: @Sendable ([UInt8], Reply) -> Void) -> MHD_Result {
        if !isAsked {
            isAsked = true
            connection.entered(.working)
            work(body, Reply { [self] in answered($0 ?? core.fixed.failed) })
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

    private func answered(_ answer: Answer) {
        let isSuspended = outcome.withLock { outcome in
            outcome.answer = answer
            defer { outcome.isSuspended = false }
            return outcome.isSuspended
        }
        // Outside the lock, for which the thread that is woken would have to wait.
        if isSuspended { library.resume() }
    }

    private func finish(_ answer: Answer, closes: Bool = false) -> MHD_Result {
        outcome.withLock { $0.answer = answer }
        connection.entered(.answer)
        return library.queue(answer, closes: closes || core.isDraining)
    }

    /// The answer is gone, or the client.
    func end() {
        let now = ContinuousClock.now
        connection.entered(.idle, at: now)
        core.free(body.count)
        body = []
        guard let head else { return }
        let answer = outcome.withLock { $0.answer }
        core.observe(ServedRequest(head: head, answer: answer, duration: now - began))
    }
}
