package import JSON

/// The replacement for secrets in responses.
package enum SecretMask {
    package static let text = "••••"

    /// The members of a profile that contain secrets.
    static let members = ["headers", "enc", "signing", "auth"]

    /// Returns a member with its secrets masked.
    package static func masked(_ name: String, _ value: JSONValue) -> JSONValue {
        guard let object = value.object else { return value }
        return .object(
            object.members.reduce(into: JSONObject()) { masked, member in
                let hides = isSecret(member.name, in: name) && member.value != "random"
                masked[member.name] = hides ? mask(member.value) : member.value
            })
    }

    /// Whether the value of a header may be a secret.
    package static func hides(header name: String) -> Bool { HeaderRule.isSecret(name) }

    /// Whether the value of a token request field may be a secret.
    package static func hides(tokenField name: String) -> Bool { TokenFieldRule.isSecret(name) }

    /// Masks each of several secrets.
    private static func mask(_ value: JSONValue) -> JSONValue {
        value.array.map { .array($0.map { _ in .string(text) }) } ?? .string(text)
    }

    private static func isSecret(_ name: String, in member: String) -> Bool {
        switch member {
        case "enc": name == "key" || name == "IV"
        case "auth": name != "url" && name != "clientID" && TokenFieldRule.isSecret(name)
        default: HeaderRule.isSecret(name)
        }
    }

    /// Returns the new value, with each mask replaced by the old value at the same position.
    static func restored(_ new: JSONValue, from old: JSONValue?) -> JSONValue {
        switch new {
        case .string(text): return old?.string.map { .string($0) } ?? new
        case .array(let items):
            let olds = old?.array
            return .array(
                items.enumerated().map { index, item in
                    restored(
                        item, from: olds.flatMap { $0.indices.contains(index) ? $0[index] : nil })
                })
        case .object(let object):
            return .object(
                object.members.reduce(into: JSONObject()) { restored, member in
                    restored[member.name] = Self.restored(
                        member.value, from: old?.object?[member.name])
                })
        default: return new
        }
    }

    static func isIn(_ value: JSONValue) -> Bool {
        restored(value, from: nil).compact.contains(text)
    }
}
