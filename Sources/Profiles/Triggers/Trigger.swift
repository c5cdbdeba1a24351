package import JSON

/// A request to tell of something that happened, by one callback or by several.
package struct Trigger: Hashable, Sendable {
    package let channel: Channel
    package let event: String?
    package let variables: JSONObject
    /// One callback each; none when nobody is to hear of this event of a call.
    package let targets: [VoiceCallback.Target]
    /// What the request calls it; nil when it leaves that to the gateway.
    package let callbackID: String?

    /// Reads requests, each with its place in an array; nil for one that came by itself.
    ///
    /// - Parameters:
    ///   - profile: the company's profile with an id; nil when it has none.
    ///   - refusal: why no callback may go to a host; nil when it may.
    /// - Throws: ``ProfileFaults`` with every fault of all of them, or what `profile` throws.
    package static func triggers(
        in requests: [(place: Int?, value: JSONValue)],
        profile: (_ id: String) throws -> Profile?, refusal: (_ host: String) -> String?
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
        profile: (_ id: String) throws -> Profile?, refusal: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(value, at: path, names: Self.names)
        let id = reader.callbackID()
        let variables = reader.variables()
        let aim = try reader.aim(profile: profile, refusal: refusal)
        guard reader.faults.isEmpty, let aim else { throw ProfileFaults(faults: reader.faults) }
        (channel, event, targets) = (aim.channel, aim.event, aim.targets)
        (self.variables, callbackID) = (variables, id)
    }
}
