import FoundationEssentials
import TestSupport
import Testing

/// The secrets of a profile never appear in output or files while callbacks are sent.
@Suite struct CanaryTests {
    @Test func secretsAppearOnlyInTheRequestsThatNeedThem() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            switch request.target {
            case "/token": .answer(200, body: #"{"access_token":"canary-token"}"#)
            default: request.callbackID == "c-1" ? .ok : .answer(401)
            }
        }
        let fixture = try SendingFixture()
        let profile = try fixture.profile(
            receiver.origin + "/hook",
            more: """
                "headers": {"X-Api-Key": "canary-header"},
                "auth": {"url": "\(receiver.origin)/token", "clientID": "me",
                         "clientSecret": "canary-client"},
                "signing": {"secret": "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5"},
                """)
        for id in ["c-1", "c-2"] { try fixture.send(profile, id: id) }
        var said = [try fixture.dispatch()]
        said.append(try fixture.run("deliveries", "--company", "HA", "--format", "json"))
        said.append(try fixture.run("profile", "test", "--company", "HA", profile))
        said.append(try fixture.run("deliveries", "--company", "HA", "--test", "true"))
        let hook = try #require(receiver.requests.first { $0.callbackID == "c-1" })
        #expect(hook.headers["authorization"] == "Bearer canary-token")
        #expect(hook.headers["x-api-key"] == "canary-header")
        for run in said {
            for text in [run.output, run.errors] { #expect(!text.contains(/canary|whsec/)) }
        }
        for file in try fixture.directory.names() where file != "callback-reports.json" {
            let bytes = try Data(contentsOf: URL(filePath: fixture.directory.path(of: file)))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains(/canary|whsec/), "\(file)")
        }
    }
}
