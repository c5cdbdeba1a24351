import Glibc
import JSON
import TestSupport
import Testing

/// SIGHUP reloads the configuration while the gateway serves.
@Suite struct ReloadTests {
    private static func configuration(_ networks: String) -> String {
        """
        {"gateway": {"allowNetworks": [\(networks)]},
         "companies": [{"sid": "\(ServingFixture.sid)", "timeZone": "Asia/Kolkata"}]}
        """
    }

    private func fixture(_ networks: String) throws -> ServingFixture {
        let directory = try TemporaryDirectory()
        try directory.write(Self.configuration(networks), to: "callback-reports.json")
        return try ServingFixture(in: directory)
    }

    /// Writes the file, sends SIGHUP and waits for a line of the log.
    private func reload(_ fixture: ServingFixture, _ text: String, until line: String) throws {
        try fixture.directory.write(text, to: "callback-reports.json")
        fixture.program.signal(SIGHUP)
        let found = fixture.program.wait { $0.contains(line) ? true : nil }
        try #require(found == true, "\(fixture.program.errors)")
    }

    private func create(_ fixture: ServingFixture, _ url: String) throws -> Int {
        try fixture.call(
            "POST", "/callback/profiles",
            #"{"title": "Orders", "http_method": "POST", "url": "\#(url)", "body": {"a": "<mobile>"}}"#
        ).status
    }

    @Test func callbacksFollowTheReloadedNetworks() throws {
        let (fixture, receiver) = (try fixture(""), try ScriptedHTTPReceiver())
        #expect(try create(fixture, receiver.origin) == 400)
        try reload(
            fixture, Self.configuration(#""127.0.0.0/8""#), until: "reloaded callback-reports.json")
        let id = try fixture.profile(receiver.origin)
        let sent = try fixture.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(sent.data?["callbacks"]?.array?.first?.object?["state"] == "delivered")
        try reload(
            fixture, Self.configuration(""),
            until: "reloaded callback-reports.json\nreloaded callback-reports.json")
        let blocked = try fixture.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(blocked.data?["callbacks"]?.array?.first?.object?["state"] == "failed")
        #expect(try fixture.stop() == 0)
    }

    @Test func aRemovedCompanyLosesItsKeys() throws {
        let (fixture, all) = (try fixture(""), Self.configuration(""))
        let others = all.replacing(ServingFixture.sid, with: "HXXXXXXX099IN")
        #expect(try fixture.call("GET", "/callback/profiles").status == 200)
        try reload(fixture, others, until: "reloaded callback-reports.json")
        #expect(try fixture.call("GET", "/callback/profiles").status == 401)
        try reload(
            fixture, all, until: "reloaded callback-reports.json\nreloaded callback-reports.json")
        #expect(try fixture.call("GET", "/callback/profiles").status == 200)
        #expect(try fixture.stop() == 0)
    }

    @Test func theReloadedProfileLimitApplies() throws {
        let (fixture, all) = (try fixture(""), Self.configuration(""))
        let few = all.replacing(
            "{\"gateway\": {", with: "{\"gateway\": {\"profilesPerCompany\": 1, ")
        #expect(try create(fixture, "https://93.184.215.14/") == 201)
        try reload(fixture, few, until: "reloaded callback-reports.json")
        #expect(try create(fixture, "https://93.184.215.14/") == 409)
        #expect(try fixture.stop() == 0)
    }

    @Test func anInvalidFileChangesNothing() throws {
        let (fixture, receiver) = (try fixture(#""127.0.0.0/8""#), try ScriptedHTTPReceiver())
        try reload(fixture, "{", until: "the settings were not changed")
        let id = try fixture.profile(receiver.origin)
        let sent = try fixture.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(sent.data?["callbacks"]?.array?.first?.object?["state"] == "delivered")
        #expect(try fixture.stop() == 0)
    }

    @Test func settingsThatNeedARestartAreReported() throws {
        let fixture = try fixture("")
        let other = Self.configuration("").replacing(
            "{\"gateway\": {", with: "{\"database\": \"other.db\", \"gateway\": {\"pod\": \"EU\", ")
        try reload(fixture, other, until: "'gateway.pod' was changed; restart the gateway")
        #expect(fixture.program.errors.contains("'database' was changed; restart the gateway"))
        #expect(try !fixture.directory.names().contains("other.db"))
        #expect(try fixture.stop() == 0)
    }

    @Test func aRunningRequestIsFinished() throws {
        let fixture = try fixture(#""127.0.0.0/8""#)
        let process = fixture.program.process
        let receiver = try LoopbackListener { connection in
            while let line = connection.readLine(), !line.isEmpty {}
            kill(process, SIGHUP)
            kill(process, SIGHUP)
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let id = try fixture.profile("http://127.0.0.1:\(receiver.port)/")
        let tested = try fixture.call("POST", "/callback/profiles/\(id)/test", "{}")
        #expect(tested.status == 200 && tested.data?["outcome"] == "delivered")
        #expect(try fixture.stop() == 0)
    }
}
