import CivilTime
import JSON

extension DamagedProfile {
    /// The members of a profile in a response, with what is readable, and the damage.
    var answer: JSONObject {
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

    /// The response to an operation that needs the damaged settings.
    package var refusal: Envelope {
        Envelope(
            failure: "The profile is damaged", part: "params", description, status: 409,
            code: Envelope.conflictCode)
    }
}

extension Profile {
    /// Returns the profile in the published response format, followed by our own members.
    ///
    /// - Parameter revealing: The members whose secrets are not masked, because the request set
    ///   them.
    func answer(revealing: Set<String> = []) -> JSONObject {
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
            "replacers": .object(replacers),
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

    /// The profile's placeholders, each with a sample value.
    private var replacers: JSONObject {
        current.template.placeholders.reduce(into: JSONObject()) { replacers, found in
            replacers[found.name] = sample(of: found.name, root: String(found.root))
        }
    }

    private func sample(of name: String, root: String) -> JSONValue {
        if let variable = settings.channel.variable(named: name) { return variable.sample }
        let inner = settings.channel.variable(named: root)?.sample.object?[
            String(name.dropFirst(root.count + 1))]
        return inner ?? "value"
    }
}
