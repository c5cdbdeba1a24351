import Testing

@testable import Profiles

@Suite struct HeaderReadingTests {
    private func faults(_ headers: String) throws -> [String] {
        try ProfilesTests.faults(in: request("\"headers\": \(headers)"))
    }

    @Test(arguments: [
        "Host", "content-length", "Connection", "Transfer-Encoding", "TE", "Trailer", "Upgrade",
        "Keep-Alive", "Proxy-Authorization", "Expect", "Callback-Id", "webhook-signature",
    ])
    func rejectsReservedHeaders(name: String) throws {
        #expect(
            try faults("{\"\(name)\": \"x\"}") == [
                "body/headers/\(name) must NOT be set; the gateway controls this header"
            ])
    }

    @Test(arguments: ["", "a b", "a:b", "a\\r\\nb", "é", "<name>", "a\\u0000"])
    func rejectsInvalidNames(name: String) throws {
        let found = try faults("{\"\(name)\": \"x\"}")
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("must be the name of a header: letters, digits and hyphens"))
    }

    @Test(arguments: ["a\\r\\nX: y", "a\\nb", "a\\u0000b", "a\\u007fb", "a\\u0085b"])
    func rejectsControlCharactersInValues(value: String) throws {
        #expect(
            try faults("{\"x-a\": \"\(value)\"}")
                == ["body/headers/x-a must NOT contain line breaks or control characters"])
    }

    @Test func rejectsValuesThatAreNotStrings() throws {
        #expect(
            try faults(#"{"a": 1, "b": null, "c": {}}"#)
                == ["body/headers/a must be string", "body/headers/c must be string"])
        #expect(try faults("[]") == ["body/headers must be object"])
        #expect(try faults("\"x\"") == ["body/headers must be object"])
        #expect(
            try faults(#"{"A": "1", "a": "2"}"#) == ["body/headers must NOT have 'a' twice"])
    }

    @Test func rejectsMaskAsValue() throws {
        #expect(
            try faults(#"{"x-api-key": "••••"}"#) == [
                "body/headers/x-api-key must be the actual value, not its mask"
            ])
    }

    @Test func acceptsPublishedContentType() throws {
        let settings = try settings(request(#""headers": {"content_type": "text/csv"}"#))
        #expect(settings.headers == [HTTPHeaderField("Content-Type", "text/csv")])
    }

    @Test(arguments: [
        ("Authorization", true), ("x-api-key", true), ("X-Token", true), ("Cookie", true),
        ("My-Secret", true), ("X-Password", true), ("aa", false), ("Content-Type", false),
        ("Accept", false), ("X-JWT", true), ("X-Amzn-Assertion", true), ("X-Otp", true),
        ("X-PIN", true), ("X-Shipping", false), ("X-Mapping", false), ("X-Hotplug", false),
    ])
    func recognizesSecretHeaders(name: String, isSecret: Bool) {
        #expect(HeaderRule.isSecret(name) == isSecret)
    }
}
