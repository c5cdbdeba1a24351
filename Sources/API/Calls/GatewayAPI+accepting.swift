import CallbackDispatch
import HTTPServer
import Profiles
import Synchronization

extension GatewayAPI {
    /// Accepts triggers. They are validated first, then written together with those of other
    /// requests. The response is sent when they are on disk.
    func accept(_ request: RoutedRequest, _ body: [UInt8], _ finish: @escaping Finish) {
        let needsLookUp = Mutex(false)
        let work = validation(
            of: request, body,
            by: { [options] host in
                switch options.hosts.written(host) {
                case .allowed: return nil
                case .refused(let reason): return reason
                case .needsLookUp:
                    needsLookUp.withLock { $0 = true }
                    return nil
                }
            })
        pass(to: validation, of: request.company, work) { [self] result in
            guard needsLookUp.withLock({ $0 }) else { return write(result, of: request, finish) }
            // Requests that name hosts wait for the DNS in a queue of their own.
            let work = validation(of: request, body, by: nil)
            pass(to: lookups, of: request.company, work) { [self] in write($0, of: request, finish)
            }
        }
    }

    /// - Parameter refusal: Returns why a host is not allowed; nil to resolve host names.
    private func validation(
        of request: RoutedRequest, _ body: [UInt8],
        by refusal: (@Sendable (_ host: String) -> String?)?
    ) -> @Sendable (Stores) throws -> ValidatedTriggers {
        { [self] stores in
            let operations = Operations(
                of: request.company, stores, self, after: request.parameterFaults, refusal: refusal)
            let triggers = operations.triggers
            return request.call == .trigger
                ? try triggers.validate(body, at: operations.now)
                : try triggers.validateMessage(body, at: operations.now)
        }
    }

    private func write(
        _ validated: Result<ValidatedTriggers, any Error>, of request: RoutedRequest,
        _ finish: @escaping Finish
    ) {
        let triggers: ValidatedTriggers
        do {
            triggers = try validated.get()
        } catch {
            return finish(Self.answer(to: error))
        }
        let job = WriteJob<Acceptance>(
            company: request.company,
            work: { [self] in try $0.queue.accept(triggers, now: options.clock()) },
            finish: { [self] in answer($0, to: request, finish) })
        if !self.triggers.take(job) { finish(.failure(Busy())) }
    }

    typealias Acceptance = Result<[AcceptedCallback], CallbackConflicts>

    private func answer(
        _ accepted: Result<Acceptance, any Error>, to request: RoutedRequest,
        _ finish: @escaping Finish
    ) {
        let callbacks: [AcceptedCallback]
        do {
            callbacks = try accepted.get().get()
        } catch {
            return finish(Self.answer(to: error))
        }
        options.wake()
        guard callbacks.count > Self.maxInlineCallbacks else {
            if request.waits, waiters.add(request, callbacks, finish) { return }
            return finish(.success(Response(Envelope(accepted: callbacks))))
        }
        // Do not keep the thread that writes busy with a large response.
        let write: @Sendable (Stores) -> Envelope = { _ in Envelope(accepted: callbacks) }
        let job = Job(company: request.company, work: write) { result in
            finish(result.map { Response($0) })
        }
        if !changes.take(job) { finish(.success(Response(Envelope(accepted: callbacks)))) }
    }

    /// The largest number of callbacks whose response is written on the spot and that can be waited
    /// for.
    private static let maxInlineCallbacks = 100

    /// Turns errors in the request into a response. All others are failures.
    private static func answer(to error: any Error) -> Result<Response, any Error> {
        Refusal(error).map { .success(Response(Envelope($0))) } ?? .failure(error)
    }
}
