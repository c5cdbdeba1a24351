import TestSupport
import Testing
import TextSupport
import Webhooks

@Suite struct WebhookSecretTests {
    private static func secret(_ count: Int) -> String {
        // The Base64 of this many times "k".
        let text = String(repeating: "a2tr", count: count / 3)
        return "whsec_" + text + ["", "aw==", "a2s="][count % 3]
    }

    @Test("a signature equals that of Python", arguments: [24, 32, 64])
    func signature(size: Int) throws {
        let text = Self.secret(size)
        let secret = try #require(WebhookSecret(Secret(text)))
        let body = "{\"type\": \"endpoint.failing\", \"name\": \"é😀\"}\n"
        let expected = try PythonCheck.run(
            "webhook_signature", [text, "msg_1", "1795600800"], input: body)
        #expect(
            secret.signature(id: "msg_1", timestamp: 1_795_600_800, body: Array(body.utf8))
                == expected)
    }

    @Test(
        "other texts are no secrets",
        arguments: [
            "", "whsec_", "whsec_short", secret(23), secret(65), "a2tr", "whsec_????",
            "WHSEC_" + secret(24).dropFirst(6), secret(24) + " ",
        ])
    func refused(text: String) {
        let secret = WebhookSecret(Secret(text))
        #expect(secret == nil)
    }

    @Test("printing a secret does not show it")
    func masked() throws {
        let secret = try #require(WebhookSecret(Secret(Self.secret(24))))
        #expect(!"\(secret) \(String(reflecting: secret))".contains("a2tr"))
    }
}
