package import JSON

/// The settings that result from an update request. Members that the request omits keep their
/// value.
struct ProfileChange {
    let settings: ProfileSettings
    /// The members with secrets that the request contains.
    let revealed: Set<String>

    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the resulting settings.
    init(
        _ request: JSONValue, of old: ProfileSettings, refusal: (_ host: String) -> String?
    ) throws(ProfileFaults) {
        guard let members = request.object else {
            throw ProfileFaults(faults: [.type("object", at: .body)])
        }
        let faults = Self.channelFaults(members, old.channel)
        do throws(ProfileFaults) {
            settings = try ProfileSettings(
                request: .object(Self.merged(members, into: old.request)), refusal: refusal)
        } catch {
            throw ProfileFaults(faults: error.faults + faults, omitted: error.omitted)
        }
        if !faults.isEmpty { throw ProfileFaults(faults: faults) }
        revealed = Set(
            SecretMask.members.filter { name in
                members[name].map { !SecretMask.isIn($0.readable) } ?? false
            })
    }

    /// Merges the request into the old settings. A mask in the request keeps the existing secret.
    private static func merged(_ members: JSONObject, into old: JSONObject) -> JSONObject {
        var merged = old
        for member in members.members {
            let hasSecrets = SecretMask.members.contains(member.name)
            merged[member.name] =
                hasSecrets
                ? SecretMask.restored(member.value.readable, from: old[member.name])
                : member.value
        }
        return merged
    }

    private static func channelFaults(_ members: JSONObject, _ old: Channel) -> [ProfileFault] {
        guard members["channel"] != nil else { return [] }
        var reader = ObjectReader(.object(members), at: .body, names: nil)
        guard let new = reader.channel(), new != old else { return [] }
        return [
            .must(
                "stay \(old.rawValue); the channel of a profile cannot change",
                at: .body / "channel")
        ]
    }
}

extension JSONValue {
    /// The object in a string. Responses return headers in this form, and clients send them back.
    fileprivate var readable: JSONValue { objectInText.map { .object($0) } ?? self }
}

extension ProfileSettings {
    /// Creates the settings that an update request would result in, without saving them.
    ///
    /// - Parameters:
    ///   - old: The current settings.
    ///   - request: A request in the form that `update` accepts. Omitted members and masked secrets
    ///     keep their value.
    ///   - refusal: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the resulting settings.
    package init(
        changing old: ProfileSettings, by request: JSONValue,
        refusal: (_ host: String) -> String?
    ) throws(ProfileFaults) {
        self = try ProfileChange(request, of: old, refusal: refusal).settings
    }
}
