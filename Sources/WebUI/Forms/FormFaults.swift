import API
import Profiles

/// The errors in a form, by field.
struct FormFaults {
    /// In the order of the form. The field is empty if the error belongs to none.
    private(set) var lines: [(field: String, words: String)] = []

    init() {}

    /// - Parameters:
    ///   - refusal: Why the request was refused.
    ///   - headers: The names in the header rows, in order.
    ///   - extras: The names in the rows of additional token request fields.
    init(_ refusal: Refusal, headers: [String] = [], extras: [String] = []) {
        lines = refusal.faults.map { fault in
            let field = Self.field(of: fault, headers, extras)
            return (field, Self.sentence(Self.label(of: field, fault), fault))
        }
        // For example, a callback that cannot be created from valid settings.
        if refusal.faults.isEmpty { lines = refusal.details.map { ("", $0.text) } }
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
