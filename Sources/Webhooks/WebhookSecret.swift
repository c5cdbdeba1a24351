import FoundationEssentials
package import TextSupport

/// The key with which a webhook is signed, as in Standard Webhooks.
///
/// See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
package struct WebhookSecret: Sendable {
    private let text: Secret

    private static let prefix = "whsec_"
    /// The specification recommends these sizes, in bytes.
    private static let sizes = 24...64

    /// Returns nil if the text is not `whsec_`, followed by 24 to 64 bytes in Base64.
    package init?(_ text: Secret) {
        self.text = text
        guard let key, Self.sizes.contains(key.count) else { return nil }
    }

    private var key: [UInt8]? {
        let text = text.reveal()
        guard text.hasPrefix(Self.prefix) else { return nil }
        return Data(base64Encoded: String(text.dropFirst(Self.prefix.count))).map { Array($0) }
    }

    /// The text, and the part of it that a receiver's configuration may contain.
    var texts: [String] {
        let text = text.reveal()
        return [text, String(text.dropFirst(Self.prefix.count))]
    }

    /// Returns the value of the header `webhook-signature`.
    ///
    /// - Parameters:
    ///   - id: The value of `webhook-id`.
    ///   - timestamp: The value of `webhook-timestamp`, in seconds since 1970.
    ///   - body: The bytes of the body.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = SHA256.authenticationCode(of: signed, key: key ?? [])
        return "v1," + Data(code).base64EncodedString()
    }
}
