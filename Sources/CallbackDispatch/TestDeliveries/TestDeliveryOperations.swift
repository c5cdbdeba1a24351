package import CivilTime
package import Curl
import DeliveryLog
import Encryption
import JSON
package import Profiles
package import Storage

/// Sends test deliveries for the profiles of one company.
///
/// Operations throw ``ProfileError``, ``ProfileFaults``, ``DamagedProfile`` or ``RequestError`` if
/// nothing can be sent; all other errors are failures.
package struct TestDeliveryOperations {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let company: String
    /// The faults in the request's parameters, which are reported together with those in its body.
    private let parameterFaults: [ProfileFault]
    private let options: HTTPOptions
    /// Returns why callbacks to a host are not allowed, or `nil` if they are.
    private let blockReason: (_ host: String) -> String?
    private let clock: () -> Instant
    private let isCancelled: () -> Bool

    /// - Parameters:
    ///   - queue: Records the test deliveries.
    ///   - store: The profiles.
    ///   - company: The SID of the company.
    ///   - parameterFaults: Faults in the request's parameters.
    ///   - options: The HTTP options and limits.
    ///   - blockReason: Returns why callbacks to a host are not allowed, or `nil` if they are.
    ///   - clock: Returns the current time.
    ///   - isCancelled: Polled regularly. Once it returns true, responses are abandoned.
    package init(
        _ queue: CallbackQueue, _ store: ProfileStore, company: String,
        parameterFaults: [ProfileFault] = [], options: HTTPOptions,
        blockReason: @escaping (_ host: String) -> String?, clock: @escaping () -> Instant,
        isCancelled: @escaping () -> Bool = { false }
    ) {
        self.parameterFaults = parameterFaults
        self.isCancelled = isCancelled
        (self.queue, self.store, self.company) = (queue, store, company)
        (self.options, self.blockReason, self.clock) = (options, blockReason, clock)
    }

    /// The result of a test.
    package struct Tested: Sendable {
        package let delivery: TestDelivery
        /// The message that the profile defines for the sender of a delivered callback.
        package let responseMessage: String?
    }

    /// Sends a test callback with a saved profile, which may be disabled.
    ///
    /// - Parameter request: An object with `variables`, or `nil`. Missing variables get sample
    ///   values.
    package func test(profile id: String, _ request: RequestBody?) throws -> Tested {
        let profile = try savedProfile(id)
        let variables = try ProfileFaults.reading(after: parameterFaults) {
            try self.variables(request?.json() ?? .object([:]))
        }
        return try test(profile, variables: variables)
    }

    private func savedProfile(_ id: String) throws -> Profile {
        guard let profile = try store.current(id, company: company) else {
            throw ProfileError.noProfile(id)
        }
        return profile
    }

    /// Sends a test callback with settings that are not saved.
    ///
    /// - Parameters:
    ///   - request: A profile in the form that `create` accepts, with an additional member
    ///     `variables`.
    ///   - id: The profile that the request changes, in the form that `update` accepts, or `nil`
    ///     for a new profile.
    package func test(
        settings request: RequestBody, changing id: String? = nil
    ) throws -> Tested {
        let old = try id.map { try savedProfile($0) }
        let (settings, variables) = try ProfileFaults.reading(after: parameterFaults) {
            let value = try request.json()
            var object = try Self.object(value)
            object["variables"] = nil
            return try (self.settings(.object(object), changing: old), self.variables(value))
        }
        let profile = Profile(trying: settings, company: company, at: clock())
        return try test(profile, variables: variables)
    }

    private func settings(
        _ request: JSONValue, changing old: Profile?
    ) throws(ProfileFaults) -> ProfileSettings {
        guard let old else {
            return try ProfileSettings(request: request, blockReason: blockReason)
        }
        return try ProfileSettings(changing: old.settings, by: request, blockReason: blockReason)
    }

    /// Returns the member `variables`, which is an object or a string that contains one.
    private func variables(_ request: JSONValue) throws(ProfileFaults) -> JSONObject {
        guard let value = try Self.object(request)["variables"] else { return [:] }
        let text = value.string.flatMap { try? JSONValue(parsing: $0) }
        guard let object = (text ?? value).object else {
            throw ProfileFaults(faults: [.type("object", at: .body / "variables")])
        }
        return object
    }

    private static func object(_ request: JSONValue) throws(ProfileFaults) -> JSONObject {
        guard let object = request.object else {
            throw ProfileFaults(faults: [.type("object", at: .body)])
        }
        return object
    }

    private func test(_ profile: Profile, variables: JSONObject) throws -> Tested {
        let event = profile.sampleEvent(
            variables, callbackID: "test-\(RandomUUID.make())")
        let callback = try profile.request(for: event, at: clock())
        let delivery = try TestDelivery(
            OutgoingRequest(HTTPRequest(callback), credentials: profile.settings.auth),
            options: options, clock: clock, isCancelled: isCancelled)
        try queue.record(
            test: Delivery(delivery, of: profile, callbackID: event.callbackID, at: clock()))
        let isDelivered = delivery.verdict.reason == nil
        return Tested(
            delivery: delivery,
            responseMessage: isDelivered ? profile.responseMessage(for: event) : nil)
    }
}

/// A request that was sent to test a profile, outside the queue.
package struct TestDelivery: Sendable {
    /// The request as sent, including its token.
    package let request: HTTPRequest
    package let result: HTTPResult
    package let verdict: AttemptResult

    /// Fetches a token if needed, and sends the request once. Nothing is retried.
    ///
    /// - Parameters:
    ///   - outgoing: The request and its credentials.
    ///   - options: The HTTP options and limits.
    ///   - clock: Returns the current time.
    ///   - isCancelled: Polled regularly. Once it returns true, the response is abandoned.
    /// - Throws: ``CancelledTestDelivery``, or `CurlError`.
    package init(
        _ outgoing: OutgoingRequest, options: HTTPOptions, clock: () -> Instant,
        isCancelled: () -> Bool = { false }
    ) throws {
        var transfers = try HTTPTransfers(options, connections: 1)
        var request = outgoing.request
        if let credentials = outgoing.credentials {
            let answer = try Self.token(credentials, on: &transfers, isCancelled)
            guard let token = BearerToken(answer, now: clock()) else {
                self.request = request
                result = answer.ofToken(for: credentials)
                verdict = AttemptResult(token: answer, now: clock())
                return
            }
            request = request.authorized(by: token)
        }
        self.request = request
        result = try Self.exchange(request, on: &transfers, isCancelled)
        verdict = AttemptResult(result, now: clock())
    }

    /// Returns the token server's response, after trying each authentication method that it may
    /// accept.
    private static func token(
        _ credentials: ClientCredentials, on transfers: inout HTTPTransfers,
        _ isCancelled: () -> Bool
    ) throws -> HTTPResult {
        var authentication = ClientAuthentication.inBody
        while true {
            let request = BearerToken.request(credentials, authentication)
            let answer = try exchange(
                request, on: &transfers, isCancelled, maxKeptSize: BearerToken.maxResponseSize)
            guard let next = authentication.next(after: answer) else { return answer }
            authentication = next
        }
    }

    private static func exchange(
        _ request: HTTPRequest, on transfers: inout HTTPTransfers, _ isCancelled: () -> Bool,
        maxKeptSize: Int? = nil
    ) throws -> HTTPResult {
        try transfers.start(request, tag: 0, maxKeptSize: maxKeptSize)
        while !isCancelled() {
            if let ended = transfers.poll(milliseconds: 200).first { return ended.result }
        }
        throw CancelledTestDelivery()
    }
}

/// The process is shutting down, so the response to a test is abandoned.
package struct CancelledTestDelivery: Error {}
