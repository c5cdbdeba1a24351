package import CivilTime
package import Curl
import DeliveryLog
import Encryption
import JSON
package import Profiles

/// Tests of the profiles of one company; each answers with an envelope.
package struct TestDeliveryOperations {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let company: String
    /// What is wrong with the request beside its body.
    private let parameterFaults: [ProfileFault]
    private let options: HTTPOptions
    /// Why no callback may go to a host; nil when it may.
    private let refusal: (_ host: String) -> String?
    private let clock: () -> Instant
    private let isCancelled: () -> Bool

    /// - Parameter isCancelled: whether no answer is waited for any more.
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

    /// Sends what a profile would send, whether it is active or not.
    ///
    /// - Parameter request: JSON with `variables`, or nothing; samples stand for what it has not.
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

    /// Sends what settings would send that are not saved.
    ///
    /// - Parameters:
    ///   - request: a profile as `create` takes it, with `variables` beside its members.
    ///   - id: a profile of which the request is a change, as `update` takes it; nil for a new one.
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

    /// The member `variables`: an object, or a string that holds one.
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
                failure: "The callback could not be made", part: "body", error.description,
                status: 400)
        }
        let trial = try TestDelivery(
            OutgoingRequest(HTTPRequest(callback), credentials: profile.settings.auth),
            options: options, clock: clock, isCancelled: isCancelled)
        try queue.keep(trial, of: profile, callbackID: event.callbackID, at: clock())
        let wasDelivered = trial.verdict.reason == nil
        var answer = trial.answer
        answer["response_message"] = JSONValue(
            wasDelivered ? profile.responseMessage(for: event) : nil)
        return Envelope(
            success: "The test callback \(wasDelivered ? "was delivered" : "failed")",
            .object(answer))
    }
}
