import JSON
import TestSupport
import Testing

/// `profile test`: shows the request and the response.
@Suite struct ProfileTestTests {
    private func data(_ run: ProgramRun) throws -> JSONObject {
        try #require(try JSONValue(parsing: run.output).object?["data"]?.object)
    }

    @Test func showsRequestAndResponseAndCountsNothing() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(201, head: ["X-A: b"], body: "thanks")])
        let fixture = try SendingFixture()
        let profile = try fixture.profile(
            receiver.origin + "/<text>",
            more: #""headers": {"Authorization": "canary"}, "response_message": "sent <text>","#)
        let run = try fixture.run(
            "profile", "test", "--company", "HA", profile, "--variables", #"{"text": "a b"}"#)
        #expect(run.status == 0)
        #expect(!run.output.contains("canary"))
        let data = try data(run)
        #expect(data["outcome"] == "delivered")
        #expect(data["response_message"] == "sent a b")
        let request = try #require(data["request"]?.object)
        #expect(request["url"]?.string == receiver.origin + "/a%20b")
        #expect(request["body"] == #"{"text":"a b"}"#)
        let answer = try #require(data["answer"]?.object)
        #expect(answer["status"]?.integer == 201)
        #expect(answer["body"] == "thanks")
        #expect(receiver.requests.first?.headers["authorization"] == "canary")
        #expect(try fixture.deliveries().isEmpty)
        #expect(try fixture.deliveries("--test", "true").count == 1)
        #expect(try fixture.dispatch() == prints(""))
    }

    @Test func aFailedTestReportsTheReason() throws {
        let fixture = try SendingFixture()
        let port = try LoopbackListener.closedPort()
        let profile = try fixture.profile("http://127.0.0.1:\(port)/")
        let run = try fixture.run("profile", "test", "--company", "HA", profile)
        #expect(run.status == 69)
        let data = try data(run)
        #expect(data["outcome"] == "failed")
        #expect(data["reason"] == "connect")
        #expect(data["answer"] == .null)
        #expect(data["response_message"] == .null)
    }

    @Test func unsavedSettingsCanBeTested() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let settings = """
            {"title": "Trial", "http_method": "GET", "url": "\(receiver.origin)/?m=<mobile>",
             "channel": "sms", "variables": {"mobile": "1"}}
            """
        try fixture.directory.write(settings, to: "trial.json")
        let run = try fixture.run("profile", "test", "--company", "HA", "--settings", "trial.json")
        #expect(run.status == 0)
        #expect(receiver.requests.map(\.target) == ["/?m=1"])
        let listed = try fixture.run("profile", "list", "--company", "HA")
        #expect(listed == prints("no profiles\n"))
    }

    @Test func aForbiddenAddressIsNotTested() throws {
        let fixture = try SendingFixture()
        let settings = #"{"title": "Trial", "http_method": "GET", "url": "http://[::1]/"}"#
        try fixture.directory.write(settings, to: "trial.json")
        let run = try fixture.run("profile", "test", "--company", "HA", "--settings", "trial.json")
        #expect(run.status == 65)
        #expect(run.output.contains("::1 is a loopback address"))
    }
}
