import JSON
import Templates

/// The settings of a profile as lines of a name and a value. Secrets in the response are already
/// masked.
enum SettingsLines {
    static func lines(of profile: JSONObject) -> [TemplateValue] {
        guard profile["damaged"] == nil else { return [] }
        let body = profile["body"].map(text) ?? ""
        let lines: [(String, String, isCode: Bool)] = [
            (
                "Request", (profile["http_method"]?.string ?? "") + " " + string(profile, "url"),
                true
            ),
            ("Events", list(profile, "events"), false),
            ("Headers", headers(profile), true),
            ("Body (\(string(profile, "body_type")))", body == "{}" ? "" : body, true),
            ("Encryption", encryption(profile), false),
            ("Response message", string(profile, "response_message"), false),
            ("Signing", profile["signing"] == nil ? "" : "Standard Webhooks headers", false),
            ("Bearer token from", profile["auth"]?.object?["url"]?.string ?? "", true),
        ]
        return lines.filter { !$0.1.isEmpty }.map {
            ["name": .text($0.0), "text": .text($0.1), "isCode": .flag($0.isCode)]
        }
    }

    /// Parses a member of the response that contains JSON as a string.
    static func parsed(_ profile: JSONObject, _ name: String) -> JSONValue? {
        profile[name]?.string.flatMap { try? JSONValue(parsing: $0) }
    }

    /// Returns strings unchanged and other values as JSON.
    static func text(_ value: JSONValue) -> String { value.string ?? value.text() }

    private static func string(_ profile: JSONObject, _ name: String) -> String {
        profile[name]?.string ?? ""
    }

    private static func list(_ profile: JSONObject, _ name: String) -> String {
        (parsed(profile, name)?.array ?? []).compactMap(\.string).joined(separator: ", ")
    }

    private static func headers(_ profile: JSONObject) -> String {
        (parsed(profile, "headers")?.object?.members ?? [])
            .map { "\($0.name): \($0.value.string ?? "")" }.joined(separator: "\n")
    }

    private static func encryption(_ profile: JSONObject) -> String {
        guard let settings = profile["enc"]?.object, let algorithm = settings["algo"]?.string
        else { return "" }
        let names = (settings["params"]?.array ?? []).compactMap(\.string)
        let iv = settings["IV"]?.string == "random" ? "a random IV for each value" : "a fixed IV"
        let values = names.isEmpty ? "all values" : names.joined(separator: ", ")
        return "\(algorithm) of \(values), with \(iv)"
    }
}
