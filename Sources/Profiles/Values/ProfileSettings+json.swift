import Encryption
package import JSON
import TextSupport

extension ProfileSettings {
    /// The request that would create these settings, with their secrets. This is the stored form.
    package var request: JSONObject {
        var members: JSONObject = [
            "title": .string(title), "http_method": .string(method.rawValue), "url": .string(url),
        ]
        members["body"] = body?.json
        members["body_type"] = .string(bodyType.rawValue)
        if !headers.isEmpty { members["headers"] = .object(headerObject) }
        members["enc"] = encryption?.json
        members["channel"] = .string(channel.rawValue)
        members["events"] = .array(events.map { .string($0) })
        members["response_message"] = responseMessage.map { .string($0) }
        members["signing"] = signing?.json
        members["auth"] = auth?.json
        return members
    }

    var headerObject: JSONObject {
        headers.reduce(into: JSONObject()) { $0[$1.name] = .string($1.value) }
    }
}

extension ProfileBody {
    package var json: JSONValue {
        switch self {
        case .json(let object): .object(object)
        case .text(let text): .string(text)
        }
    }
}

extension EncryptionSettings {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "algo": .string(cipher.algorithm.rawValue), "key": .string(cipher.key.reveal()),
        ]
        switch cipher.iv {
        case .fixed(let iv): members["IV"] = .string(iv.reveal())
        case .random: members["IV"] = "random"
        }
        members["params"] = parameters.map { .array($0.map { .string($0) }) }
        return .object(members)
    }
}

extension SigningSettings {
    fileprivate var json: JSONValue {
        let secrets = secrets.map { JSONValue.string($0.reveal()) }
        return .object(["secret": secrets.count == 1 ? secrets[0] : .array(secrets)])
    }
}

extension ClientCredentials {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "url": .string(url), "clientID": .string(clientID),
            "clientSecret": .string(clientSecret.reveal()),
        ]
        for field in extraFields { members[field.name] = .string(field.value) }
        return .object(members)
    }
}
