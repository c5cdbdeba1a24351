import API
import Encryption
import JSON
import Profiles
import Templates

/// The values for the template of the profile form.
struct FormValues {
    private let form: ProfileForm
    private let action: String
    private let back: String

    init(_ form: ProfileForm, action: String, back: String) {
        (self.form, self.action, self.back) = (form, action, back)
    }

    var value: [String: TemplateValue] {
        [
            "heading": .text(form.title), "action": .text(action), "back": .text(back),
            "origin": .text(form.stored?.settings.title ?? "Profiles"),
            "channel": .text(form.channel.rawValue), "isNew": .flag(form.isNew),
            "version": .text(form.fields[.version]),
            "faults": FaultSummary(lines: form.faults.lines).value,
            "notice": .text(form.notice), "isDone": .flag(form.isDone),
            "outcome": form.outcome,
            "fields": .object(fields.mapValues(\.value)), "events": .list(events),
            "hasEvents": .flag(!events.isEmpty), "open": "{{", "close": "}}",
            "groups": .list(groups), "headers": .list(rows(.header)),
            "extras": .list(rows(.extra)), "encryption": encryption, "more": more,
            "variablesAreOpen": .flag(
                !form.fields[.variables].isEmpty || !form.faults.words(of: "variables").isEmpty),
            "picksAreOpen": .flag(!form.fields.values(of: .pick).isEmpty),
        ]
    }

    // MARK: Fields

    private func field(_ id: String, _ name: String? = nil, hint: String = "") -> FormField {
        var field = FormField(
            id, FieldLabels.all[id] ?? id, name: name, fault: form.faults.words(of: id))
        (field.text, field.hint) = (form.fields[field.name], hint)
        field.isFirst = form.focus == id && form.faults.isEmpty
        return field
    }

    private func choice(
        _ id: String, _ name: String, _ choices: [(value: String, words: String)]
    ) -> FormField {
        var field = field(id, name)
        field.choices = choices
        return field
    }

    private func secret(_ id: String, isStored: Bool, hint: String = "") -> FormField {
        var field = field(id, hint: hint)
        (field.type, field.isStored) = ("password", isStored)
        // Keep the browser from suggesting the user's own passwords.
        field.completion = "new-password"
        return field
    }

    private var fields: [String: FormField] {
        let bodyTypes = [("json", "JSON"), ("xml", "XML"), ("html", "HTML"), ("text", "Text")]
        var algorithms = [(value: "", words: "None")]
        algorithms += CipherAlgorithm.allCases.map { ($0.rawValue, $0.rawValue) }
        var url = field("url", hint: "Placeholders can follow the host: …/in?to={mobile}")
        url.type = "url"
        var body = field("body", hint: "Leave empty for GET and DELETE.")
        body.rows = min(24, max(9, body.text.split(separator: "\n").count + 2))
        return [
            "title": field("title", hint: "3 to 255 letters, digits, spaces, hyphens, underscores"),
            "url": url, "body": body,
            "method": choice(
                "method", "http_method",
                HTTPMethod.allCases.map {
                    ($0.rawValue, $0.rawValue)
                }),
            "bodyType": choice("body-type", "body_type", bodyTypes),
            "algorithm": choice("algo", "algo", algorithms),
            "key": secret(
                "key", isStored: form.hasStoredKey,
                hint: "16, 24 or 32 bytes, depending on the algorithm"),
            "iv": secret("iv", isStored: form.hasStoredIV, hint: "16 bytes, for a fixed IV"),
            "params": optional("params", hint: "Comma-separated names; leave empty for all"),
            "response": optional(
                "response", "response_message",
                hint: "Returned to the sender of the event after the callback was delivered"),
            "signing": secret(
                "signing", isStored: form.hasStoredSigning,
                hint: "whsec_…; two secrets separated by a space during a rotation"),
            "tokenURL": optional("auth-url", hint: "The URL that issues tokens"),
            "clientID": optional("auth-id"),
            "clientSecret": secret("auth-secret", isStored: form.hasStoredClientSecret),
            "variables": optional(
                "variables", hint: "A JSON object; missing variables get sample values"),
        ]
    }

    private func optional(_ id: String, _ name: String? = nil, hint: String = "") -> FormField {
        var field = field(id, name, hint: hint)
        (field.isOptional, field.rows) = (true, 3)
        return field
    }

    // MARK: Choices

    private var events: [TemplateValue] {
        let chosen = form.fields.values(of: .event)
        return form.channel.events.map {
            ["event": .text($0), "isChosen": .flag(chosen.contains($0))]
        }
    }

    private var groups: [TemplateValue] {
        let picked = form.fields.values(of: .pick)
        return form.channel.variableGroups.enumerated().map { number, group in
            let variables = group.variables.map { variable -> TemplateValue in
                [
                    "name": .text(variable.name), "meaning": .text(variable.meaning),
                    "id": .text("pick-\(number)-\(variable.name)"),
                    "isPicked": .flag(picked.contains(variable.name)),
                ]
            }
            return ["title": .text(group.title), "variables": .list(variables)]
        }
    }

    private func rows(_ kind: RowKind) -> [TemplateValue] {
        form.fields.rows(kind).enumerated().map { number, row in
            let id = "\(kind)-\(number)"
            let isSecret = form.isStoredSecret(row.name, of: kind)
            return [
                "id": .text(id), "kind": .text(kind.rawValue), "number": .text("\(number + 1)"),
                "words": .text(kind == .header ? "header" : "token request field"),
                "name": .text(row.name), "text": .text(row.value), "isStored": .flag(isSecret),
                "isSecret": .flag(isSecret || HTTPHeaderField(row.name, "").isSecret),
                "fault": .text(form.faults.words(of: "\(id)-name")),
                "isFirst": .flag(form.focus == "\(id)-name"),
            ]
        }
    }

    private var encryption: TemplateValue {
        let isOpen =
            !form.fields[.algorithm].isEmpty
            || ["algo", "key", "iv", "params"].contains { !form.faults.words(of: $0).isEmpty }
        let isFixed = form.fields[.ivKind] == "fixed"
        return [
            "isOpen": .flag(isOpen), "isFixed": .flag(isFixed), "isRandom": .flag(!isFixed),
        ]
    }

    private var more: TemplateValue {
        let ids = ["response", "signing", "auth-url", "auth-id", "auth-secret"]
        let hasValues = ids.contains { id in
            !form.fields[id == "response" ? "response_message" : id].isEmpty
                || !form.faults.words(of: id).isEmpty
        }
        let extras = form.fields.names(of: .extra).enumerated().contains { number, name in
            !name.isEmpty || !form.faults.words(of: "extra-\(number)-name").isEmpty
        }
        return [
            "isOpen": .flag(
                hasValues || extras || form.hasStoredSigning
                    || form.focus.hasPrefix("extra")),
            "hasSigning": .flag(form.hasStoredSigning),
            "endsSigning": .flag(!form.fields[.removesSigning].isEmpty),
        ]
    }
}

/// The errors in a form, by field.
struct FormFaults {
    /// In the order of the form. The field is empty if the error belongs to none.
    private(set) var lines: [(field: String, words: String)] = []

    init() {}

    /// - Parameters:
    ///   - apiError: Why the request was refused.
    ///   - headers: The names in the header rows, in order.
    ///   - extras: The names in the rows of additional token request fields.
    init(_ apiError: APIError, headers: [String] = [], extras: [String] = []) {
        lines = apiError.faults.map { fault in
            let field = Self.field(of: fault, headers, extras)
            return (field, Self.sentence(Self.label(of: field, fault), fault))
        }
        // For example, a callback that cannot be created from valid settings.
        if apiError.faults.isEmpty { lines = apiError.details.map { ("", $0.text) } }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// Returns the errors of a field; empty if there are none.
    func words(of field: String) -> String {
        lines.filter { $0.field == field }.map(\.words).joined(separator: ". ")
    }

    /// Returns an error of the API with the label that the page uses for the field.
    static func sentence(_ label: String, _ fault: ProfileFault) -> String {
        if case .missing = fault { return "\(label) is required" }
        let words = fault.words.replacing("must NOT", with: "must not")
        return "\(label) \(words.replacing("body_type", with: "the body type"))"
    }

    // MARK: Fields

    private static func field(
        of fault: ProfileFault, _ headers: [String], _ extras: [String]
    ) -> String {
        var parts = fault.path.description.split(separator: "/").dropFirst().map(String.init)
        if case .missing(let name, _) = fault { parts.append(name) }
        guard let first = parts.first else {
            // The only rule that involves two members of the request.
            return fault.words.contains("'body'") ? "body" : ""
        }
        let rest = parts.dropFirst().joined(separator: "/")
        switch first {
        case "headers": return row("header", rest, headers)
        case "enc": return encryption[parts.dropFirst().first ?? ""] ?? "algo"
        case "auth": return credentials[rest] ?? row("extra", rest, extras)
        default: return fields[first] ?? first
        }
    }

    private static func row(_ kind: String, _ name: String, _ names: [String]) -> String {
        let index = names.firstIndex { $0.lowercased() == name.lowercased() }
        return "\(kind)-\(index ?? 0)-name"
    }

    private static let fields = [
        "http_method": "method", "body_type": "body-type", "response_message": "response",
    ]
    private static let encryption = ["key": "key", "IV": "iv", "params": "params"]
    private static let credentials = [
        "url": "auth-url", "clientID": "auth-id", "clientSecret": "auth-secret",
    ]

    private static func label(of field: String, _ fault: ProfileFault) -> String {
        if let label = FieldLabels.all[field] { return label }
        let name = fault.path.description.split(separator: "/").dropFirst(2).joined(separator: "/")
        let kind = field.hasPrefix("header") ? "Header" : "Field"
        return name.isEmpty ? "The profile" : "\(kind) '\(name)'"
    }
}

/// The labels of the fields.
enum FieldLabels {
    static let all = [
        "title": "Title", "method": "Method", "url": "URL", "body-type": "Body type",
        "body": "Body", "events": "Events", "algo": "Algorithm", "key": "Key", "iv": "Fixed IV",
        "params": "Variables to encrypt", "response": "Response message",
        "signing": "Signing secret", "auth-url": "Token URL", "auth-id": "Client ID",
        "auth-secret": "Client secret", "variables": "Values for the test",
    ]
}
