import JSON
import Profiles

/// The API request for a form. The API validates it.
extension ProfileForm {
    private static let mask = JSONValue.string(SecretMask.text)

    var request: JSONObject {
        var request: JSONObject = [:]
        if isNew { request["channel"] = .string(channel.rawValue) }
        for name in ["title", "http_method", "url", "body_type"] {
            request[name] = .string(fields[name])
        }
        request["body"] = .string(fields["body"])
        request["events"] = .array(fields.values(of: "event").map { .string($0) })
        request["headers"] = headers
        request["enc"] = encryption
        let message = fields["response_message"]
        request["response_message"] = message.isEmpty ? .null : .string(message)
        request["signing"] = signing
        request["auth"] = credentials
        return request
    }

    /// The request with the values for a test.
    var testRequest: JSONObject {
        var request = request
        let variables = fields["variables"]
        if !variables.allSatisfy(\.isWhitespace) { request["variables"] = .string(variables) }
        return request
    }

    // MARK: Secrets: an empty field keeps the stored one

    /// Whether the profile stores a secret header or token request field of this name.
    func isStoredSecret(_ name: String, of kind: String) -> Bool {
        let stored =
            kind == "header" ? StoredFields.headers(of: stored) : StoredFields.extras(of: stored)
        return stored[name] == Self.mask
    }

    var hasStoredKey: Bool { stored["enc"]?.object?["key"] == Self.mask }
    var hasStoredIV: Bool { stored["enc"]?.object?["IV"] == Self.mask }
    var hasStoredSigning: Bool { stored["signing"] != nil }
    var hasStoredClientSecret: Bool { stored["auth"]?.object?["clientSecret"] == Self.mask }

    private func secret(_ name: String, isStored: Bool) -> JSONValue? {
        let typed = fields[name]
        guard typed.isEmpty else { return .string(typed) }
        return isStored ? Self.mask : nil
    }

    private func object(_ kind: String) -> JSONObject {
        rows(kind).reduce(into: JSONObject()) { object, row in
            guard !row.name.isEmpty || !row.value.isEmpty else { return }
            let keeps = row.value.isEmpty && isStoredSecret(row.name, of: kind)
            object[row.name] = keeps ? Self.mask : .string(row.value)
        }
    }

    private var headers: JSONValue { .object(object("header")) }

    private var encryption: JSONValue {
        guard !fields["algo"].isEmpty else { return .object([:]) }
        var settings: JSONObject = ["algo": .string(fields["algo"])]
        settings["key"] = secret("key", isStored: hasStoredKey)
        let isRandom = fields["iv_kind"] == "random"
        settings["IV"] = isRandom ? "random" : secret("iv", isStored: hasStoredIV)
        let names = fields["params"]
        if !names.allSatisfy(\.isWhitespace) { settings["params"] = .string(names) }
        return .object(settings)
    }

    /// Nil keeps the stored secret.
    private var signing: JSONValue? {
        if !fields["no-signing"].isEmpty { return .object([:]) }
        let secrets = fields["signing"].split(whereSeparator: \.isWhitespace)
            .map { JSONValue.string(String($0)) }
        guard !secrets.isEmpty else { return nil }
        return .object(["secret": .array(secrets)])
    }

    private var credentials: JSONValue {
        var settings: JSONObject = [:]
        for (name, field) in [("url", "auth-url"), ("clientID", "auth-id")] {
            if !fields[field].isEmpty { settings[name] = .string(fields[field]) }
        }
        let extras = object("extra").members
        // Without any of these fields, the profile requests no token.
        guard !settings.isEmpty || !extras.isEmpty || !fields["auth-secret"].isEmpty else {
            return .object([:])
        }
        settings["clientSecret"] = secret("auth-secret", isStored: hasStoredClientSecret)
        for member in extras { settings[member.name] = member.value }
        return .object(settings)
    }
}
