import Encryption
import Testing

@testable import Profiles

/// The members `enc`, `signing` and `auth`.
@Suite struct SecretReadingTests {
    private func enc(_ members: String) throws -> [String] {
        try faults(
            in: post("\"body\": {\"a\": \"<mobile>\", \"b\": \"<a.b>\"}, \"enc\": \(members)"))
    }

    private static let key = #""key": "0123456789abcdef", "IV": "0123456789abcdef""#

    static let encryption: [(String, [String])] = [
        (
            #"{"params": []}"#,
            [
                "body/enc must have required property 'algo'",
                "body/enc must have required property 'key'",
                "body/enc must have required property 'IV'",
            ]
        ),
        ("[]", ["body/enc must be object"]), ("3", ["body/enc must be object"]),
        (
            "{\"algo\": \"AES-128-CBC\", \(key)}",
            [
                "body/enc/algo must be equal to one of the allowed values: AES-128-CFB, "
                    + "AES-128-GCM, AES-192-CFB, AES-192-GCM, AES-256-CFB, AES-256-GCM"
            ]
        ),
        (
            #"{"algo": "AES-192-GCM", "key": "0123456789abcdef", "IV": "short"}"#,
            [
                "body/enc/key must have 24 bytes for AES-192-GCM; it has 16",
                "body/enc/IV must have 16 bytes, or be \"random\"; it has 5",
            ]
        ),
        (
            // Sixteen characters, but the key is the bytes.
            #"{"algo": "AES-128-CFB", "key": "äbcdefghijklmnop", "IV": "öbcdefghijklmnop"}"#,
            [
                "body/enc/key must have 16 bytes for AES-128-CFB; it has 17",
                "body/enc/IV must have 16 bytes, or be \"random\"; it has 17",
            ]
        ),
        (
            #"{"algo": "AES-128-CFB", "key": 1, "IV": true}"#,
            ["body/enc/key must be string", "body/enc/IV must be string"]
        ),
        (
            "{\"algo\": \"AES-128-CFB\", \(key), \"params\": [\"moblie\", 7]}",
            [
                "body/enc/params/0 must name a placeholder of the profile; 'moblie' is not one; "
                    + "did you mean 'mobile'?",
                "body/enc/params/1 must be string",
            ]
        ),
        ("{\"algo\": \"AES-128-CFB\", \(key), \"params\": {}}", ["body/enc/params must be array"]),
        (
            "{\"algo\": \"AES-128-CFB\", \(key), \"mode\": 1}",
            ["body/enc must NOT have additional property 'mode'"]
        ),
        (
            "{\"algo\": \"AES-128-CFB\", \(key), \"iv\": \"0123456789abcdef\"}",
            ["body/enc must NOT have 'IV' twice"]
        ),
    ]

    @Test(arguments: encryption)
    func reportsEveryFaultOfEnc(members: String, faults: [String]) throws {
        #expect(try enc(members) == faults)
    }

    @Test(arguments: [
        ("", [String]?.none), (#", "params": ["mobile", "a"]"#, ["mobile", "a"]),
        (#", "Params": "mobile , a.b""#, ["mobile", "a.b"]), (#", "params": null"#, nil),
        (#", "params": []"#, []),
    ])
    func acceptsParams(members: String, expected: [String]?) throws {
        let text = post(
            #""body": {"a": "<mobile>", "b": "<a.b>"}, "enc": {"algo": "aes-128-cfb", "#
                + "\(Self.key)\(members)}")
        #expect(try settings(text).encryption?.parameters == expected)
    }

    @Test(arguments: [
        ("{}", 0), (#"{"secrets": 1}"#, 2), (#"{"secret": "x"}"#, 1),
        (#"{"secret": "whsec_AAAA"}"#, 1), (#"{"secret": ["a", "b", "c"]}"#, 4),
        (#"{"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}"#, 0),
    ])
    func validatesSigning(value: String, count: Int) throws {
        #expect(try faults(in: request("\"signing\": \(value)")).count == count)
    }

    @Test func validatesAuth() throws {
        let text = request(
            #""headers": {"authorization": "Basic x"}, "auth": {"url": "https://h/<x>", "scope": 1}"#
        )
        #expect(
            try faults(in: text) == [
                "body/auth must have required property 'clientID'",
                "body/auth must have required property 'clientSecret'",
                "body/auth/url must NOT have placeholders",
                "body/auth/scope must be string",
                "body/auth must NOT be combined with an 'Authorization' header, because 'auth' sets that header",
            ])
    }

    @Test func faultsContainNoSecrets() throws {
        let text = post(
            #""body": {}, "enc": {"algo": "AES-128-GCM", "key": "canary", "IV": "canary", "canary": "#
                + #"1}, "signing": {"secret": "canary"}, "auth": {"clientSecret": ["canary"]}, "#
                + #""headers": {"x-key": "canary\n"}"#)
        let found = try faults(in: text)
        #expect(found.count == 8)
        #expect(
            found.filter { $0.contains("canary") }.count == 1,
            "only the name of a member contains it, no value")
    }
}
