import FoundationEssentials
import Glibc
import JSON
import TestSupport
import Testing

/// `dispatch --once` and the log afterwards.
@Suite struct DispatchTests {
    @Test func printsAndReturnsTheResults() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.callbackID == "c-1" ? .ok : .answer(503)
        }
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        #expect(try fixture.dispatch() == prints(""))
        try fixture.send(profile, id: "c-1")
        #expect(try fixture.dispatch() == prints("1 delivered\n"))
        try fixture.send(profile, id: "c-2")
        #expect(
            try fixture.dispatch()
                == ProgramRun(output: "1 retrying\n", errors: "", status: 75))
    }

    @Test func reportsAProfileWhoseEndpointIsGone() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(410) }
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        try fixture.send(profile, id: "c-1")
        #expect(
            try fixture.dispatch()
                == ProgramRun(
                    output: "1 failed\n",
                    errors:
                        "disabled profile \(profile): its endpoint responded with 410 (Gone)\n",
                    status: 69))
        let shown = try fixture.run("profile", "show", "--company", "HA", profile).output
        #expect(shown.contains(#""status": 2"#))
        try fixture.send(profile, id: "c-2")
        _ = try fixture.dispatch()
        _ = try fixture.run("profile", "enable", "--company", "HA", profile)
        try fixture.send(profile, id: "c-3")
        _ = try fixture.dispatch()
        let reasons = try fixture.deliveries().reversed().map { $0["error"]?.string }
        #expect(reasons == ["http_4xx", "disabled", "http_4xx"])
    }

    @Test func aQueuedCallbackIsSentWithTheNewestVersion() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(500), .ok])
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        try fixture.send(profile, id: "c-1")
        _ = try fixture.dispatch()
        _ = try fixture.run(
            "profile", "update", "--company", "HA", profile,
            input: #"{"body": {"changed": "<text>"}}"#)
        _ = try fixture.dispatch("--now", Self.later(seconds: 60))
        #expect(receiver.requests.map(\.body) == [#"{"text":"hello"}"#, #"{"changed":"hello"}"#])
        #expect(try fixture.deliveries().map { $0["version"]?.integer } == [2, 1])
    }

    @Test func deletedAndDisabledProfilesFailTheirCallbacks() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        for command in ["delete", "disable"] {
            let profile = try fixture.profile(receiver.origin)
            try fixture.send(profile, id: command)
            _ = try fixture.run("profile", command, "--company", "HA", profile)
        }
        #expect(try fixture.dispatch().output == "2 failed\n")
        #expect(try fixture.deliveries("--reason", "disabled").count == 2)
        #expect(receiver.requests.isEmpty)
    }

    @Test func aForbiddenAddressIsBlocked() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        try fixture.send(profile, id: "c-1")
        let strict = SendingFixture.configuration.replacing(#"["127.0.0.0/8"]"#, with: "[]")
        try fixture.directory.write(strict, to: "callback-reports.json")
        #expect(try fixture.dispatch().output == "1 failed\n")
        let delivery = try #require(try fixture.deliveries().first)
        #expect(delivery["error"] == "blocked")
        #expect(delivery["fault"] == "127.0.0.1")
        #expect(receiver.connections == 0)
    }

    /// With a proxy, the address check would apply to the proxy.
    @Test func proxiesFromTheEnvironmentAreIgnored() throws {
        let (proxy, receiver) = (try ScriptedHTTPReceiver(), try ScriptedHTTPReceiver())
        let fixture = try SendingFixture()
        try fixture.send(try fixture.profile(receiver.origin), id: "c-1")
        let names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, proxy.origin) })
        let run = try ProgramRun.of(
            "callback-gateway", ["dispatch", "--once"], environment: environment,
            in: fixture.directory)
        #expect(run == prints("1 delivered\n"))
        #expect(proxy.connections == 0)
    }

    @Test func aSignedCallbackHasTheThreeHeaders() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        let profile = try fixture.profile(
            receiver.origin, more: #""signing": {"secret": "\#(secret)"},"#)
        try fixture.send(profile, id: "c-1")
        _ = try fixture.dispatch()
        let request = try #require(receiver.requests.first)
        let parts = ["webhook-id", "webhook-timestamp"].map { request.headers[$0] ?? "" }
        let signature = try PythonCheck.run(
            "webhook_signature", [secret] + parts, input: request.body)
        #expect(parts[0] == "c-1")
        #expect(request.headers["webhook-signature"] == signature)
    }

    @Test func requiresTheOnceOption() throws {
        let run = try SendingFixture().run("dispatch")
        #expect(run.status == 64)
        #expect(run.errors.contains("missing option: --once"))
    }

    @Test func usageShowsThatOnceIsRequired() throws {
        let run = try SendingFixture().run("dispatch", "--help")
        #expect(run.output.contains("callback-gateway dispatch --once [--now TIME]"))
    }

    @Test func aReplayIsSentAgain() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        try fixture.send(try fixture.profile(receiver.origin), id: "c-1")
        #expect(try fixture.run("replay", "--company", "HA", "c-1").status == 65)
        _ = try fixture.dispatch()
        #expect(try fixture.run("replay", "--company", "HA", "c-1").status == 0)
        #expect(try fixture.dispatch() == prints("1 delivered\n"))
        #expect(receiver.requests.map(\.callbackID) == ["c-1", "c-1"])
        #expect(try fixture.deliveries().map { $0["attempt"]?.integer } == [2, 1])
        #expect(try fixture.run("replay", "--company", "HB", "c-1").status == 65)
    }

    static func later(seconds: Double) -> String {
        Date(timeIntervalSinceNow: seconds).formatted(.iso8601)
    }
}
