import Glibc
import TestSupport
import Testing

/// SIGHUP reloads the configuration while the gateway serves.
@Suite struct ReloadTests {
    private static func configuration(_ networks: String) -> String {
        """
        {"gateway": {"allowNetworks": [\(networks)]},
         "companies": [{"sid": "\(ServingBench.sid)", "timeZone": "Asia/Kolkata"}]}
        """
    }

    private func bench(_ networks: String) throws -> ServingBench {
        let directory = try TemporaryDirectory()
        try directory.write(Self.configuration(networks), to: "callback-reports.json")
        return try ServingBench(in: directory)
    }

    /// Writes the file, sends SIGHUP and waits for a line of the log.
    private func reload(_ bench: ServingBench, _ text: String, until line: String) throws {
        try bench.directory.write(text, to: "callback-reports.json")
        bench.program.signal(SIGHUP)
        let found = bench.program.wait { $0.contains(line) ? true : nil }
        try #require(found == true, "\(bench.program.errors)")
    }

    private func create(_ bench: ServingBench, _ url: String) throws -> Int {
        try bench.call(
            "POST", "/callback/profiles",
            #"{"title": "Orders", "http_method": "POST", "url": "\#(url)", "body": {"a": "<mobile>"}}"#
        ).status
    }

    @Test func callbacksFollowTheReloadedNetworks() throws {
        let (bench, receiver) = (try bench(""), try ScriptedHTTPReceiver())
        #expect(try create(bench, receiver.origin) == 400)
        try reload(
            bench, Self.configuration(#""127.0.0.0/8""#), until: "reloaded callback-reports.json")
        let id = try bench.profile(receiver.origin)
        let sent = try bench.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(sent.data?["callbacks"]?.array?.first?.object?["state"] == "delivered")
        try reload(
            bench, Self.configuration(""),
            until: "reloaded callback-reports.json\nreloaded callback-reports.json")
        let blocked = try bench.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(blocked.data?["callbacks"]?.array?.first?.object?["state"] == "failed")
        #expect(try bench.stop() == 0)
    }

    @Test func aRemovedCompanyLosesItsKeys() throws {
        let (bench, all) = (try bench(""), Self.configuration(""))
        let others = all.replacing(ServingBench.sid, with: "HXXXXXXX099IN")
        #expect(try bench.call("GET", "/callback/profiles").status == 200)
        try reload(bench, others, until: "reloaded callback-reports.json")
        #expect(try bench.call("GET", "/callback/profiles").status == 401)
        try reload(
            bench, all, until: "reloaded callback-reports.json\nreloaded callback-reports.json")
        #expect(try bench.call("GET", "/callback/profiles").status == 200)
        #expect(try bench.stop() == 0)
    }

    @Test func theReloadedProfileLimitApplies() throws {
        let (bench, all) = (try bench(""), Self.configuration(""))
        let few = all.replacing(
            "{\"gateway\": {", with: "{\"gateway\": {\"profilesPerCompany\": 1, ")
        #expect(try create(bench, "https://93.184.215.14/") == 201)
        try reload(bench, few, until: "reloaded callback-reports.json")
        #expect(try create(bench, "https://93.184.215.14/") == 409)
        #expect(try bench.stop() == 0)
    }

    @Test func anInvalidFileChangesNothing() throws {
        let (bench, receiver) = (try bench(#""127.0.0.0/8""#), try ScriptedHTTPReceiver())
        try reload(bench, "{", until: "the settings were not changed")
        let id = try bench.profile(receiver.origin)
        let sent = try bench.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(sent.data?["callbacks"]?.array?.first?.object?["state"] == "delivered")
        #expect(try bench.stop() == 0)
    }

    @Test func settingsThatNeedARestartAreReported() throws {
        let bench = try bench("")
        let other = Self.configuration("").replacing(
            "{\"gateway\": {", with: "{\"database\": \"other.db\", \"gateway\": {\"pod\": \"EU\", ")
        try reload(bench, other, until: "'gateway.pod' was changed; restart the gateway")
        #expect(bench.program.errors.contains("'database' was changed; restart the gateway"))
        #expect(try !bench.directory.names().contains("other.db"))
        #expect(try bench.stop() == 0)
    }

    @Test func aRunningRequestIsFinished() throws {
        let bench = try bench(#""127.0.0.0/8""#)
        let process = bench.program.process
        let receiver = try LoopbackListener { connection in
            while let line = connection.readLine(), !line.isEmpty {}
            kill(process, SIGHUP)
            kill(process, SIGHUP)
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let id = try bench.profile("http://127.0.0.1:\(receiver.port)/")
        let tested = try bench.call("POST", "/callback/profiles/\(id)/test", "{}")
        #expect(tested.status == 200 && tested.data?["outcome"] == "delivered")
        #expect(try bench.stop() == 0)
    }
}
