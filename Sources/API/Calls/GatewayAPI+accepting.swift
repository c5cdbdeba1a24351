import CallbackDispatch
import HTTPServer
import Profiles
import Synchronization

extension GatewayAPI {
    /// Takes triggers over: read and judged first, then written together with others, and answered
    /// when they are on the disk.
    func accept(_ order: RoutedRequest, _ body: [UInt8], _ finish: @escaping Finish) {
        let needsLookUp = Mutex(false)
        let work = judgement(
            of: order, body,
            by: { [options] host in
                switch options.hosts.written(host) {
                case .allowed: return nil
                case .refused(let reason): return reason
                case .needsLookUp:
                    needsLookUp.withLock { $0 = true }
                    return nil
                }
            })
        pass(to: judging, of: order.company, work) { [self] result in
            guard needsLookUp.withLock({ $0 }) else { return write(result, of: order, finish) }
            // Whoever names hosts waits for the DNS beside those who do the same.
            let work = judgement(of: order, body, by: nil)
            pass(to: lookUps, of: order.company, work) { [self] in write($0, of: order, finish) }
        }
    }

    /// - Parameter refusal: asks the DNS when it is nil.
    private func judgement(
        of order: RoutedRequest, _ body: [UInt8],
        by refusal: (@Sendable (_ host: String) -> String?)?
    ) -> @Sendable (Stores) throws -> JudgedTriggers {
        { [self] stores in
            let operations = Operations(
                of: order.company, stores, self, after: order.parameterFaults, refusal: refusal)
            let triggers = operations.triggers
            return order.call == .trigger
                ? try triggers.judge(body, at: operations.now)
                : try triggers.judgeMessage(body, at: operations.now)
        }
    }

    private func write(
        _ judged: Result<JudgedTriggers, any Error>, of order: RoutedRequest,
        _ finish: @escaping Finish
    ) {
        let triggers: JudgedTriggers
        do {
            triggers = try judged.get()
        } catch {
            return finish(Self.answer(to: error))
        }
        let job = WriteJob<Acceptance>(
            company: order.company,
            work: { [self] in try $0.queue.accept(triggers, now: options.clock()) },
            finish: { [self] in answer($0, to: order, finish) })
        if !self.triggers.take(job) { finish(.failure(Busy())) }
    }

    typealias Acceptance = Result<[AcceptedCallback], CallbackConflicts>

    private func answer(
        _ accepted: Result<Acceptance, any Error>, to order: RoutedRequest,
        _ finish: @escaping Finish
    ) {
        let callbacks: [AcceptedCallback]
        do {
            callbacks = try accepted.get().get()
        } catch {
            return finish(Self.answer(to: error))
        }
        options.wake()
        guard callbacks.count > Self.few else {
            return answer(with: TriggerOperations.answer(callbacks), to: order, finish)
        }
        // The thread that writes has something better to do.
        let write: @Sendable (Stores) -> Envelope = { _ in TriggerOperations.answer(callbacks) }
        let job = Job(company: order.company, work: write) { result in
            finish(result.map { Response($0) })
        }
        if !changes.take(job) { finish(.success(Response(TriggerOperations.answer(callbacks)))) }
    }

    /// So many callbacks are written into an answer at once, and so many can be waited for.
    private static let few = 100

    private func answer(
        with envelope: Envelope, to order: RoutedRequest, _ finish: @escaping Finish
    ) {
        if order.waits, waiters.add(order, envelope, finish) { return }
        finish(.success(Response(envelope)))
    }

    /// What is wrong with a request is an answer; anything else is a failure.
    private static func answer(to error: any Error) -> Result<Response, any Error> {
        TriggerOperations.refusal(error).map { .success(Response($0)) } ?? .failure(error)
    }
}
