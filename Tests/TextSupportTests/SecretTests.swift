import Testing
import TextSupport

@Suite struct SecretTests {
    @Test("a secret never prints its value")
    func redacted() {
        let secret = Secret("canary")
        var dumped = ""
        dump(["password": secret], to: &dumped)
        let shown = "\(secret) \(String(reflecting: secret)) \(dumped) \([secret])"
        #expect(!shown.contains("canary"))
        #expect("\(secret)" == "[secret]")
    }

    @Test("reveal returns the value")
    func revealed() {
        #expect(Secret("canary").reveal() == "canary")
    }
}
