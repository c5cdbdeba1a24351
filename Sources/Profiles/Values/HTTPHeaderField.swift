/// A header of a request: its name as the owner spelt it, and its value.
package struct HTTPHeaderField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension HTTPHeaderField {
    /// The value as everybody may see it: masked where the name says that it is a secret.
    package var shownValue: String { isSecret ? SecretMask.text : value }

    /// A signature proves that one knows the secret, and does not give it away.
    package var isSecret: Bool { HeaderRule.isSecret(name) && !name.matches("webhook-signature") }
}
