/// A header of a request: its name as the profile spells it, and its value.
package struct HTTPHeaderField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension HTTPHeaderField {
    /// The value for display, masked if the name suggests a secret.
    package var shownValue: String { isSecret ? SecretMask.text : value }

    /// Whether the value may be a secret. A signature does not reveal the secret that it was made
    /// with.
    package var isSecret: Bool { HeaderRule.isSecret(name) && !name.matches("webhook-signature") }
}
