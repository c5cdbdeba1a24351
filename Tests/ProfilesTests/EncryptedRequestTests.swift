import Encryption
import JSON
import Testing
import TextSupport

@testable import Profiles

@Suite struct EncryptedRequestTests {
    private static let body =
        #""body": {"a": "<mobile>", "b": "to <mobile>", "c": "<name>", "d": "<address.city>", "#
        + #""e": "<list>", "f": "fixed", "g": "<kid>", "h": "<nobody>", "i": "<empty>"}"#

    private func members(_ enc: String) throws -> [String: String] {
        let text = post(
            "\(Self.body), \"enc\": {\"algo\": \"AES-128-CFB\", \"key\": \"0123456789abcdef\", "
                + "\"IV\": \"3456789012345678\"\(enc)}")
        let request = try ProfilesFixture().profile(text).request(
            for: event(
                #"{"mobile": "Hi", "name": "Hi", "address": {"city": "Hi"}, "list": ["Hi"], "#
                    + #""empty": ""}"#),
            at: ProfilesFixture.start)
        let object = try #require(JSONValue(parsing: request.body).object)
        return Dictionary(
            uniqueKeysWithValues: object.members.map { ($0.name, $0.value.string ?? "?") })
    }

    /// "Hi" encrypted with this key and IV. openssl and Python produce the same.
    private static let hi = "AqA="

    @Test func encryptsEachValueSeparately() throws {
        let list = try ValueCipher(
            .aes128CFB, key: Secret("0123456789abcdef"), iv: .fixed(Secret("3456789012345678"))
        ).encrypt(#"["Hi"]"#)
        #expect(
            try members("") == [
                "a": Self.hi, "b": "to \(Self.hi)", "c": Self.hi, "d": Self.hi, "e": list,
                "f": "fixed", "g": "", "h": "<nobody>", "i": "",
            ])
    }

    @Test func encryptsOnlyListedParameters() throws {
        let members = try members(#", "params": ["mobile", "address"]"#)
        #expect(members["a"] == Self.hi && members["d"] == Self.hi)
        #expect(members["c"] == "Hi")
    }

    @Test func encodesCiphertextInURLs() throws {
        let text = request(
            #""enc": {"algo": "AES-128-GCM", "key": "0123456789abcdef", "IV": "3456789012345678"}"#
        ).replacing("/in", with: "/?m=<mobile>")
        let request = try ProfilesFixture().profile(text).request(
            for: event(#"{"mobile": "Hi"}"#), at: ProfilesFixture.start)
        // rt/DRdVZ+X8ad0M4i3N6MD/z
        #expect(request.url == "https://hooks.example.com/?m=rt%2FDRdVZ%2BX8ad0M4i3N6MD%2Fz")
    }

    @Test func doesNotEncryptMissingValues() throws {
        let text = post(
            #""body": {"a": "<kid>", "b": "<ref>"}, "enc": {"algo": "AES-128-GCM", "#
                + #""key": "0123456789abcdef", "IV": "3456789012345678"}"#)
        let request = try ProfilesFixture().profile(text).request(
            for: event(#"{"ref": ""}"#), at: ProfilesFixture.start)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"a":"","b":"CDr0Ky/8+WcRpiJEChvl8g=="}"#)
    }
}
