package import JSON

/// A request to report an event with one or more callbacks.
package struct Trigger: Hashable, Sendable {
    package let channel: Channel
    package let event: String?
    package let variables: JSONObject
    /// The targets, with one callback each. Empty if nothing is registered for this event of a
    /// call.
    package let targets: [VoiceCallback.Target]
    /// The ID that the request chose, or `nil` to generate one.
    package let callbackID: String?

    /// Parses and validates triggers.
    ///
    /// - Parameters:
    ///   - requests: The values, each with its index in an array, or `nil` for a single trigger.
    ///   - profile: Returns the company's profile with an ID, or `nil` if it has none.
    ///   - refusal: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: ``ProfileFaults`` with the faults of all triggers, or any error of `profile`.
    package static func triggers(
        in requests: [(place: Int?, value: JSONValue)],
        profile: (_ id: String) throws -> ProfileOutline?, refusal: (_ host: String) -> String?
    ) throws -> [Trigger] {
        var (triggers, faults): ([Trigger], [ProfileFault]) = ([], [])
        for (place, value) in requests {
            let path = place.map { .body / $0 } ?? ProfileFault.Path.body
            do {
                triggers.append(
                    try Trigger(value, at: path, profile: profile, refusal: refusal))
            } catch let error as ProfileFaults {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
        return triggers
    }

    static let names = [
        "channel", "event", "variables", "callback_profile", "callback", "callback_id",
    ]

    private init(
        _ value: JSONValue, at path: ProfileFault.Path,
        profile: (_ id: String) throws -> ProfileOutline?, refusal: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(value, at: path, names: Self.names)
        let id = reader.callbackID()
        let variables = reader.variables()
        let destination = try reader.destination(profile: profile, refusal: refusal)
        guard reader.faults.isEmpty, let destination else {
            throw ProfileFaults(faults: reader.faults)
        }
        (channel, event, targets) = (destination.channel, destination.event, destination.targets)
        (self.variables, callbackID) = (variables, id)
    }
}
