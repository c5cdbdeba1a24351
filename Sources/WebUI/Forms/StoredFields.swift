import JSON
import Profiles

/// The form fields of an existing profile. Secrets stay empty.
struct StoredFields {
    private let profile: JSONObject

    init(_ profile: JSONObject) {
        self.profile = profile
    }

    var fields: FormFields {
        var fields = FormFields()
        for name in ["title", "http_method", "url", "body_type", "response_message"] {
            fields[name] = profile[name]?.string ?? ""
        }
        fields["version"] = profile["version"]?.integer.map { "\($0)" } ?? ""
        let body = profile["body"].map(SettingsLines.text) ?? ""
        fields["body"] = body == "{}" ? "" : body
        for event in SettingsLines.parsed(profile, "events")?.array ?? [] {
            fields.add("event", event.string ?? "")
        }
        add(Self.headers(of: profile), as: "header", to: &fields)
        addEncryption(to: &fields)
        addCredentials(to: &fields)
        return fields
    }

    static func headers(of profile: JSONObject) -> JSONObject {
        SettingsLines.parsed(profile, "headers")?.object ?? [:]
    }

    /// Returns the additional fields of the token request.
    static func extras(of profile: JSONObject) -> JSONObject {
        var extras = profile["auth"]?.object ?? [:]
        for name in ["url", "clientID", "clientSecret"] { extras[name] = nil }
        return extras
    }

    private func add(_ object: JSONObject, as kind: String, to fields: inout FormFields) {
        for member in object.members {
            let value = member.value.string ?? ""
            fields.add("\(kind)-name", member.name)
            fields.add("\(kind)-value", value == SecretMask.text ? "" : value)
        }
    }

    private func addEncryption(to fields: inout FormFields) {
        let settings = profile["enc"]?.object ?? [:]
        fields["algo"] = settings["algo"]?.string ?? ""
        let isFixed = settings["IV"].map { $0 != "random" } ?? false
        fields["iv_kind"] = isFixed ? "fixed" : "random"
        let names = (settings["params"]?.array ?? []).compactMap(\.string)
        fields["params"] = names.joined(separator: ", ")
    }

    private func addCredentials(to fields: inout FormFields) {
        let auth = profile["auth"]?.object ?? [:]
        fields["auth-url"] = auth["url"]?.string ?? ""
        fields["auth-id"] = auth["clientID"]?.string ?? ""
        add(Self.extras(of: profile), as: "extra", to: &fields)
    }
}
