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
        let isLarge = Self.isLarge(body)
        pass(to: isLarge ? largeTriggers : validation, of: request.company, work) {
            [self] result in
            guard needsLookUp.withLock({ $0 }) else { return write(result, of: request, finish) }
            // Requests that name hosts wait for the DNS in a queue of their own.
            let work = validation(of: request, body, by: nil)
            pass(to: isLarge ? largeChanges : lookups, of: request.company, work) { [self] in
                write($0, of: request, finish)
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
            if request.waits, wait(for: callbacks, request, finish) { return }
            return finish(.success(Response(Envelope(accepted: callbacks))))
        }
        // Do not keep the thread that writes busy with a large response.
        let write: @Sendable (Stores) -> Envelope = { _ in Envelope(accepted: callbacks) }
        let job = Job(company: request.company, work: write) { result in
            finish(result.map { Response($0) })
        }
        if !changes.take(job) { finish(.success(Response(Envelope(accepted: callbacks)))) }
    }

    /// Answers after the first attempts. Returns false if too many requests wait for theirs.
    private func wait(
        for callbacks: [AcceptedCallback], _ request: RoutedRequest, _ finish: @escaping Finish
    ) -> Bool {
        let company = request.company
        return waiters.add(callbacks, of: company) { [self] result in
            if case .failure(let error) = result { return finish(.failure(error)) }
            // Another thread reads the profiles, because the requests of all companies wait here.
            passQuick(
                to: changes, of: company,
                { try FirstAttempts.envelope(of: callbacks, company, $0, isQuick: $1) },
                { result in
                    let accepted = Envelope(accepted: callbacks)
                    // The callbacks are accepted even if there is no time to show their attempts.
                    finish(result.recovering(from: Busy.self) { accepted }.map { Response($0) })
                })
        }
    }

    /// The largest number of callbacks whose response is written on the spot and that can be waited
    /// for.
    private static let maxInlineCallbacks = 100

    /// Turns errors in the request into a response. All others are failures.
    private static func answer(to error: any Error) -> Result<Response, any Error> {
        Refusal(error).map { .success(Response(Envelope($0))) } ?? .failure(error)
    }
}

extension Result where Failure == any Error {
    /// Replaces an error of a type by a value.
    fileprivate func recovering<Mistake: Error>(
        from type: Mistake.Type, _ value: () -> Success
    ) -> Self {
        guard case .failure(let error) = self, error is Mistake else { return self }
        return .success(value())
    }
}
