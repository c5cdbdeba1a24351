import API
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Profiles

/// Secrets with recognizable text. They appear only in the request and in its direct response.
@Suite struct CanaryTests {
    private static let canaries = [
        "CANARYkey1234567", "CANARYiv12345678", "CANARY-authorization", "CANARY-api-key",
        "whsec_Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZ", "CANARY-client-secret", "CANARY-token",
    ]

    private static let request = post(
        #""body": {"a": "<name>"}, "enc": {"algo": "AES-128-GCM", "key": "\#(canaries[0])", "IV": "#
            + #""\#(canaries[1])"}, "headers": {"Proxy-Auth": "\#(canaries[2])", "x-api-key": "#
            + #""\#(canaries[3])"}, "signing": {"secret": "\#(canaries[4])"}, "auth": {"url": "#
            + #""https://l.example", "clientID": "i", "clientSecret": "\#(canaries[5])", "#
            + #""extra_token": "\#(canaries[6])"}"#)

    private func found(in text: String) -> [String] {
        Self.canaries.filter { text.contains($0) }
    }

    @Test func secretsAppearOnlyInResponseToCreate() throws {
        let fixture = try ProfilesFixture()
        let operations = fixture.operations()
        let created = try operations.create(Array(Self.request.utf8), at: fixture.now)
        #expect(found(in: created.json.text()) == Self.canaries)
        let id = try #require(created.data.object?["profile_id"]?.string)
        let answers = [
            try operations.show(id), try operations.list([]),
            try operations.update(id, Array(#"{"title": "Other"}"#.utf8), at: fixture.now),
            try operations.disable(id, at: fixture.now), try operations.enable(id, at: fixture.now),
            try operations.delete(id),
        ]
        for answer in answers { #expect(found(in: answer.json.text()) == []) }
    }

    @Test func secretsAreNotInFiles() throws {
        let fixture = try ProfilesFixture()
        let id = try fixture.make(Self.request)
        _ = try fixture.operations().update(
            id, Array(#"{"title": "Other"}"#.utf8), at: fixture.now)
        let key = try fixture.store.createKey(company: ProfilesFixture.company, at: fixture.now)
        for name in try fixture.directory.names() {
            let bytes = try Data(contentsOf: URL(filePath: fixture.directory.path(of: name)))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(found(in: text) == [], "\(name)")
            #expect(!text.contains(key.text) && !text.contains("hooks.example.com"), "\(name)")
        }
    }

    @Test func secretsAreNotInDumps() throws {
        let profile = try ProfilesFixture().profile(Self.request)
        var dumped = ""
        dump(profile.settings.encryption, to: &dumped)
        dump(profile.settings.signing, to: &dumped)
        dump(profile.settings.auth?.clientSecret, to: &dumped)
        #expect(found(in: dumped) == [])
    }

    @Test func secretsReachOnlyReceiver() throws {
        let profile = try ProfilesFixture().profile(Self.request)
        let request = try profile.request(for: event(#"{"name": "x"}"#), at: ProfilesFixture.start)
        let sent =
            request.headers.map(\.value).joined() + String(decoding: request.body, as: UTF8.self)
        #expect(found(in: sent + request.url) == [Self.canaries[2], Self.canaries[3]])
    }
}
