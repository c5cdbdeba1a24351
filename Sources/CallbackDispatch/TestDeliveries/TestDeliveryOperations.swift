package import CivilTime
package import Curl
import DeliveryLog
import Encryption
import JSON
package import Profiles

/// Sends test deliveries for the profiles of one company. Each operation returns an envelope.
package struct TestDeliveryOperations {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let company: String
    /// The faults in the request's parameters, which are reported together with those in its body.
    private let parameterFaults: [ProfileFault]
    private let options: HTTPOptions
    /// Returns why callbacks to a host are not allowed, or `nil` if they are.
    private let refusal: (_ host: String) -> String?
    private let clock: () -> Instant
    private let isCancelled: () -> Bool

    /// - Parameters:
    ///   - queue: Records the test deliveries.
    ///   - store: The profiles.
    ///   - company: The SID of the company.
    ///   - parameterFaults: Faults in the request's parameters.
    ///   - options: The HTTP options and limits.
    ///   - refusal: Returns why callbacks to a host are not allowed, or `nil` if they are.
    ///   - clock: Returns the current time.
    ///   - isCancelled: Polled regularly. Once it returns true, responses are abandoned.
    package init(
        _ queue: CallbackQueue, _ store: ProfileStore, company: String,
        parameterFaults: [ProfileFault] = [], options: HTTPOptions,
        refusal: @escaping (_ host: String) -> String?, clock: @escaping () -> Instant,
        isCancelled: @escaping () -> Bool = { false }
    ) {
        self.parameterFaults = parameterFaults
        self.isCancelled = isCancelled
        (self.queue, self.store, self.company) = (queue, store, company)
        (self.options, self.refusal, self.clock) = (options, refusal, clock)
    }

    /// Sends a test callback with a saved profile, which may be disabled.
    ///
    /// - Parameter request: Empty, or JSON with `variables`. Missing variables get sample values.
    package func test(profile id: String, _ request: [UInt8]) throws -> Envelope {
        do {
            return try test(readable: id, request)
        } catch let damage as DamagedProfile {
            return damage.refusal
        }
    }

    private func test(readable id: String, _ request: [UInt8]) throws -> Envelope {
        guard let profile = try store.current(id, company: company) else {
            return ProfileOperations.notFound(id)
        }
        do {
            let text = request.isEmpty ? Array("{}".utf8) : request
            let variables = try ProfileFaults.reading(after: parameterFaults) {
                try self.variables(TriggerText.value(text))
            }
            return try test(profile, variables: variables)
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        }
    }

    /// Sends a test callback with settings that are not saved.
    ///
    /// - Parameters:
    ///   - request: A profile in the form that `create` accepts, with an additional member
    ///     `variables`.
    ///   - id: The profile that the request changes, in the form that `update` accepts, or `nil`
    ///     for a new profile.
    package func test(
        settings request: [UInt8], changing id: String? = nil
    ) throws -> Envelope {
        let old: Profile?
        do {
            old = try id.flatMap { try store.current($0, company: company) }
        } catch let damage as DamagedProfile {
            return damage.refusal
        }
        if let id, old == nil { return ProfileOperations.notFound(id) }
        do {
            let (settings, variables) = try ProfileFaults.reading(after: parameterFaults) {
                let value = try TriggerText.value(request)
                var object = try Self.object(value)
                object["variables"] = nil
                return try (
                    self.settings(.object(object), changing: old), self.variables(value)
                )
            }
            let profile = Profile(trying: settings, company: company, at: clock())
            return try test(profile, variables: variables)
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        }
    }

    private func settings(
        _ request: JSONValue, changing old: Profile?
    ) throws(ProfileFaults) -> ProfileSettings {
        guard let old else { return try ProfileSettings(request: request, refusal: refusal) }
        return try ProfileSettings(changing: old.settings, by: request, refusal: refusal)
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

    private func test(_ profile: Profile, variables: JSONObject) throws -> Envelope {
        let event = profile.sampleEvent(
            variables, callbackID: "test-\(RandomUUID.make())")
        let callback: CallbackRequest
        do throws(RequestError) {
            callback = try profile.request(for: event, at: clock())
        } catch {
            return Envelope(
                failure: "The callback could not be created", part: "body", error.description,
                status: 400)
        }
        let testDelivery = try TestDelivery(
            OutgoingRequest(HTTPRequest(callback), credentials: profile.settings.auth),
            options: options, clock: clock, isCancelled: isCancelled)
        try queue.keep(testDelivery, of: profile, callbackID: event.callbackID, at: clock())
        let wasDelivered = testDelivery.verdict.reason == nil
        var answer = testDelivery.answer
        answer["response_message"] = JSONValue(
            wasDelivered ? profile.responseMessage(for: event) : nil)
        return Envelope(
            success: "The test callback \(wasDelivered ? "was delivered" : "failed")",
            .object(answer))
    }
}
