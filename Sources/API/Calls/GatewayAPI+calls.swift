import CallbackDispatch
import HTTPServer
import JSON
import Profiles
import Synchronization

/// Parses the body of a request that binds a number: `{"callback_profile": ID}`.
enum BindingRequest {
    private static let name = "callback_profile"

    static func bind(
        _ number: String, _ body: [UInt8], _ profiles: ProfileOperations
    ) throws -> Envelope {
        try .responding {
            let id = try ProfileFaults.reading(after: profiles.parameterFaults) {
                try Self.id(in: body)
            }
            return try ProfileResponses(profiles).bind(number, to: id)
        }
    }

    private static func id(in body: [UInt8]) throws(ProfileFaults) -> String {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: body)
        } catch {
            throw ProfileFaults(notJSON: error.description)
        }
        guard let object = value.object else {
            throw ProfileFaults(faults: [.type("object", at: .body)])
        }
        var faults = object.names.filter { $0 != name }
            .map { ProfileFault.unknown($0, nearest: nil, at: .body) }
        switch object[name] {
        case nil, .null: faults.append(.missing(name, at: .body))
        case .string(let id) where faults.isEmpty: return id
        case .string: break
        default: faults.append(.type("string", at: .body / name))
        }
        throw ProfileFaults(faults: faults)
    }
}

extension GatewayAPI {
    /// Accepts triggers. They are validated first, then written together with those of other
    /// requests. The response is sent when they are on disk.
    func accept(_ request: RoutedRequest, _ body: [UInt8], _ finish: @escaping Finish) {
        let needsLookUp = Mutex(false)
        let work = validation(
            of: request, body,
            by: { [options] host in
                switch options.hosts.checkText(host) {
                case .allowed: return nil
                case .blocked(let reason): return reason
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

    /// - Parameter blockReason: Returns why a host is not allowed; nil to resolve host names.
    private func validation(
        of request: RoutedRequest, _ body: [UInt8],
        by blockReason: (@Sendable (_ host: String) -> String?)?
    ) -> @Sendable (Stores) throws -> ValidatedTriggers {
        { [self] stores in
            let operations = Operations(
                of: request.company, stores, self, after: request.parameterFaults,
                blockReason: blockReason)
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
        APIError(error).map { .success(Response(Envelope($0))) } ?? .failure(error)
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

extension GatewayAPI {
    /// Performs an operation. The command-line tool uses the same operations.
    ///
    /// - Parameter isQuick: Whether to throw `SlowProfile` instead of reading a large profile.
    func envelope(
        _ request: RoutedRequest, _ body: [UInt8], _ stores: Stores, isQuick: Bool = false
    ) throws -> Envelope {
        let faults = request.parameterFaults
        guard faults.isEmpty || request.call.bodyRule != .none else {
            return Envelope(APIError(ProfileFaults(faults: faults)))
        }
        let operations = Operations(
            of: request.company, stores, self, after: faults, isQuick: isQuick)
        let (id, now) = (request.subject, operations.now)
        let profiles = ProfileResponses(operations.profiles)
        let tests = TestDeliveryResponses(operations.testDeliveries)
        switch request.call {
        case .createProfile: return try profiles.create(body, at: now)
        case .listProfiles: return try profiles.list(request.query)
        case .updateProfile: return try profiles.update(id, body, at: now)
        case .deleteProfile: return try profiles.delete(id)
        case .enableProfile: return try profiles.enable(id, at: now)
        case .disableProfile: return try profiles.disable(id, at: now)
        case .testProfile: return try tests.test(profile: id, body)
        case .testSettings: return try tests.test(settings: body)
        case .listNumbers: return try profiles.bindings(request.query)
        case .bindNumber: return try BindingRequest.bind(id, body, operations.profiles)
        case .showNumber: return try profiles.binding(of: id)
        case .unbindNumber: return try profiles.unbind(id)
        case .listDeliveries:
            return try DeliveryResponses(operations.deliveries).list(request.query)
        case .replay: return try operations.replayed(id)
        // These are handled elsewhere.
        case .trigger, .incomingMessage, .showProfile, .health, .metrics, .description:
            return .failed
        }
    }

    /// Returns the result of ``envelope(_:_:_:)`` as a response. The most frequent call uses JSON
    /// that is already encoded.
    ///
    /// - Parameter atOnce: Whether a large profile throws `SlowProfile`.
    func answer(
        _ request: RoutedRequest, _ body: [UInt8], _ stores: Stores, atOnce: Bool = false
    ) throws -> Response {
        guard request.call == .showProfile, request.parameterFaults.isEmpty else {
            return Response(try envelope(request, body, stores))
        }
        let profiles = Operations(of: request.company, stores, self).profiles
        let responses = ProfileResponses(profiles)
        return Response(try responses.showEncoded(request.subject, atOnce: atOnce))
    }
}

extension RoutedRequest {
    /// Errors in the query parameters. Lists check their own parameters.
    var parameterFaults: [ProfileFault] {
        let lists: [Operation] = [.listProfiles, .listDeliveries, .listNumbers]
        guard !lists.contains(call) else { return [] }
        let takesWait = call == .trigger || call == .incomingMessage
        return query.compactMap { name, value in
            guard takesWait, name == "wait" else {
                return .unknown(name, nearest: nil, at: .params)
            }
            return Self.flag(value) == nil
                ? .notAllowed(["true", "false"], at: .params / "wait") : nil
        }
    }

    /// Whether the response should wait for the first attempt.
    var waits: Bool { query.last { $0.name == "wait" }.flatMap { Self.flag($0.value) } ?? false }

    private static func flag(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false", "": false
        default: nil
        }
    }
}
