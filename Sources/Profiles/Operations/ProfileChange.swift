package import JSON

/// What a request makes of a profile's settings: members that it has not keep their value.
struct ProfileChange {
    let settings: ProfileSettings
    /// The members with secrets that the request has set itself.
    let revealed: Set<String>

    /// - Throws: every fault of the settings as they would be.
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

    /// A mask in the request stands for the secret that is there.
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
                "stay \(old.rawValue), for a profile keeps its channel for life",
                at: .body / "channel")
        ]
    }
}

extension JSONValue {
    /// The object that a string holds, as headers come back from an answer.
    fileprivate var readable: JSONValue { objectInText.map { .object($0) } ?? self }
}

extension ProfileSettings {
    /// The settings that a request makes of others, without saving them.
    ///
    /// - Parameters:
    ///   - request: as `update` takes it: what it has not stays, and so do secrets that it masks.
    ///   - refusal: why no callback may go to a host; nil when it may.
    /// - Throws: every fault of the settings as they would be.
    package init(
        changing old: ProfileSettings, by request: JSONValue,
        refusal: (_ host: String) -> String?
    ) throws(ProfileFaults) {
        self = try ProfileChange(request, of: old, refusal: refusal).settings
    }
}
