import CivilTime
package import JSON
package import Profiles

extension DamagedProfile {
    /// The members of a profile in a response, with what is readable, and the damage.
    fileprivate var json: JSONObject {
        var answer: JSONObject = [
            "title": .string(title), "http_method": .string(method), "url": .null, "body": .null,
            "enc": .null, "headers": .null, "replacers": .null, "response_message": .null,
            "events": .null, "profile_id": .string(id), "status": .integer(status),
        ]
        answer["channel"] = .null
        answer["body_type"] = .null
        answer["created_at"] = .string(createdAt.rfc3339)
        answer["modified_at"] = .null
        answer["version"] = .integer(version)
        answer["damaged"] = .string(description)
        return answer
    }
}

extension Profile {
    /// Returns the profile in the published response format, followed by our own members.
    ///
    /// - Parameter revealing: The members whose secrets are not masked, because the request set
    ///   them.
    package func json(revealing: Set<String> = []) -> JSONObject {
        let request = settings.request
        func shown(_ name: String) -> JSONValue? {
            request[name].map { revealing.contains(name) ? $0 : SecretMask.masked(name, $0) }
        }
        let events = JSONValue.array(settings.events.map { .string($0) })
        var answer: JSONObject = [
            "title": .string(settings.title), "http_method": .string(settings.method.rawValue),
            "url": .string(settings.url), "body": settings.body?.json ?? .object([:]),
            "enc": shown("enc") ?? .object([:]),
            "headers": .string((shown("headers") ?? .object([:])).compact),
            "replacers": .object(samples),
            "response_message": .string(settings.responseMessage ?? ""),
            "events": .string(events.compact), "profile_id": .string(id),
            "status": .integer(status.rawValue),
        ]
        answer["channel"] = .string(settings.channel.rawValue)
        answer["body_type"] = .string(settings.bodyType.rawValue)
        answer["created_at"] = .string(createdAt.rfc3339)
        answer["modified_at"] = JSONValue(modifiedAt?.rfc3339)
        answer["version"] = .integer(current.number)
        answer["signing"] = shown("signing")
        answer["auth"] = shown("auth")
        return answer
    }
}

extension ProfileEntry {
    var json: JSONObject {
        switch self {
        case .readable(let profile): profile.json()
        case .damaged(let damage): damage.json
        }
    }
}

extension ProfileOperations.Saved {
    /// The saved profile, followed by warnings about its settings.
    var json: JSONObject {
        var json = profile.json(revealing: revealed)
        let warnings = profile.settings.warnings
        if !warnings.isEmpty { json["warnings"] = .array(warnings.map { .string($0) }) }
        return json
    }
}
