import FoundationEssentials
import Glibc
import JSON
import TestSupport
import Testing

@Suite struct ServeTests {
    @Test func sendsAcceptedCallbacks() throws {
        let (fixture, receiver) = (try ServingFixture(), try ScriptedHTTPReceiver())
        let id = try fixture.profile(receiver.origin + "/in")
        let answer = try fixture.call(
            "POST", "/callback/events?wait=true",
            #"{"callback_profile": "\#(id)", "callback_id": "c-1", "variables": {"name": "Ray"}}"#)
        #expect(answer.status == 202)
        let callback = answer.data?["callbacks"]?.array?.first?.object
        #expect(callback?["state"] == "delivered")
        #expect(callback?["attempt"]?.object?["status"]?.integer == 200)
        #expect(callback?["response_message"] == "Thank you, Ray")
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
        let listed = try fixture.call("GET", "/callback/deliveries?callback_id=c-1")
        #expect(listed.data?["deliveries"]?.array?.count == 1)
        #expect(try fixture.call("POST", "/callback/deliveries/c-1/replay").status == 202)
        #expect(try fixture.stop() == 0)
    }

    @Test func waitsForAFailedAttempt() throws {
        let (fixture, receiver) = (try ServingFixture(), try ScriptedHTTPReceiver([.answer(503)]))
        let id = try fixture.profile(receiver.origin + "/in")
        let answer = try fixture.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        let callback = answer.data?["callbacks"]?.array?.first?.object
        #expect(callback?["state"] == "waiting" && callback?["response_message"] == .null)
        #expect(callback?["attempt"]?.object?["outcome"] == "retrying")
    }

    @Test func finishesRunningRequestsAtShutdown() throws {
        let fixture = try ServingFixture()
        let (process, port) = (fixture.program.process, fixture.port)
        let receiver = try LoopbackListener { connection in
            while let line = connection.readLine(), !line.isEmpty {}
            kill(process, SIGTERM)
            // Responds when the server accepts no more connections.
            while (try? RawClient(port: port)) != nil { usleep(1000) }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let id = try fixture.profile("http://127.0.0.1:\(receiver.port)/")
        let tested = try fixture.call("POST", "/callback/profiles/\(id)/test", "{}")
        #expect(tested.status == 200 && tested.data?["outcome"] == "delivered")
        #expect(tested.headers.contains("Connection: close"))
        #expect(try fixture.program.end() == 0)
        #expect(fixture.accesses.contains { $0["call"] == "profile.test" })
    }

    @Test func checkpointsTheWAL() throws {
        let fixture = try ServingFixture()
        let id = try fixture.profile("http://127.0.0.1:1/")
        let file = fixture.directory.path(of: "callbacks.db")
        let end = ContinuousClock.now + .seconds(20)
        // Otherwise nothing would be copied before a thousand times as much is written.
        while try !contains(id, file), ContinuousClock.now < end { usleep(1000) }
        #expect(try contains(id, file))
    }

    private func contains(_ text: String, _ file: String) throws -> Bool {
        try Data(contentsOf: URL(filePath: file)).firstRange(of: text.utf8) != nil
    }

    @Test func twoInstancesShareADatabase() throws {
        let receiver = try ScriptedHTTPReceiver()
        let first = try ServingFixture()
        let second = try ServingFixture(in: first.directory)
        let id = try first.profile(receiver.origin + "/in")
        let ids = (1...60).map { "c-\($0)" }
        for (number, callback) in ids.enumerated() {
            let fixture = number % 2 == 0 ? first : second
            let answer = try fixture.call(
                "POST", "/callback/events",
                #"{"callback_profile": "\#(id)", "callback_id": "\#(callback)"}"#)
            #expect(answer.status == 202, "\(answer.body)")
        }
        let last = try second.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        #expect(last.status == 202)
        #expect(try first.stop() == 0 && second.stop() == 0)
        // What was not started is still in the queue, and nothing was sent twice.
        let rest = try ProgramRun.of(
            "callback-gateway", ["dispatch", "--once"], in: first.directory)
        #expect(rest.status == 0)
        let sent = receiver.requests.compactMap(\.callbackID).filter { $0.hasPrefix("c-") }
        #expect(sent.sorted() == ids.sorted())
    }

    @Test func appliesChangesOfCommandsImmediately() throws {
        let fixture = try ServingFixture()
        let id = try fixture.profile("http://127.0.0.1:1/")
        func shown() throws -> RawClient.Response {
            try fixture.call("GET", "/callback/profiles/\(id)")
        }
        func run(_ arguments: String...) throws -> ProgramRun {
            try ProgramRun.of("callback-gateway", arguments, in: fixture.directory)
        }
        for _ in 1...3 { #expect(try shown().data?["status"]?.integer == 1) }
        _ = try run("profile", "disable", "--company", ServingFixture.sid, id)
        for _ in 1...3 { #expect(try shown().data?["status"]?.integer == 3) }
        let key = try #require(run("key", "list").output.split(separator: "\n").last?.prefix(8))
        #expect(try run("key", "revoke", String(key)).status == 0)
        #expect(try shown().status == 401)
    }

    @Test func reportsThatThePortIsInUse() throws {
        let fixture = try ServingFixture()
        let other = try ProgramRun.of(
            "callback-gateway", ["serve", "--listen", "127.0.0.1:\(fixture.port)"],
            in: fixture.directory)
        #expect(other.status == 74 && other.output.isEmpty)
        #expect(
            other.errors == "callback-gateway: cannot listen on 127.0.0.1:\(fixture.port): Address "
                + "already in use; another program uses this port; stop it or choose another port\n"
        )
        let wrong = try ProgramRun.of(
            "callback-gateway", ["serve", "--listen", "8080"], in: fixture.directory)
        #expect(wrong.status == 64)
    }

    @Test func logsOneLinePerRequest() throws {
        let fixture = try ServingFixture()
        let odd = "/v1/x/%0a%22\u{1B}[31m\u{7F}\"}?api-key=CANARY"
        _ = try fixture.client().request("GET", odd, headers: ["api-key: CANARY", "X: \u{9B}2J"])
        _ = try fixture.client().request("G\"ET", "/healthz")
        _ = try fixture.call("GET", "/callback/profiles")
        #expect(try fixture.stop() == 0)
        let text = fixture.program.output
        #expect(!text.contains("CANARY") && !text.contains(fixture.key))
        #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 32 || $0.value == 127) })
        let lines = fixture.accesses
        #expect(lines.count == text.split(separator: "\n").count)
        // The line is written when the response is sent, so the client may have made more requests
        // by then.
        let listed = try #require(lines.first { $0["call"] == "profile.list" })
        #expect(listed["status"]?.integer == 200 && listed["client"] == "127.0.0.1")
        #expect(listed["path"] == "/v1/HXXXXXXX071IN/callback/profiles")
        #expect(listed["company"] == "HXXXXXXX071IN")
    }

    @Test func exposesPrometheusMetrics() throws {
        let (fixture, receiver) = (try ServingFixture(), try ScriptedHTTPReceiver())
        let id = try fixture.profile(receiver.origin + "/in")
        _ = try fixture.call(
            "POST", "/callback/events?wait=true", #"{"callback_profile": "\#(id)"}"#)
        _ = try fixture.call("GET", "/callback/profiles/none")
        let expected: Set<Substring> = [
            #"callback_gateway_requests_total{call="event.trigger",status="202"} 1"#,
            #"callback_gateway_requests_total{call="profile.show",status="404"} 1"#,
            #"callback_gateway_attempts_total{outcome="delivered"} 1"#,
            "callback_gateway_callbacks_waiting 0",
        ]
        var missing = expected
        // A request is counted after its response is sent, so after the client has received it.
        for _ in 0..<100 where !missing.isEmpty {
            let answer = try #require(fixture.client().request("GET", "/metrics"))
            #expect(
                answer.headers.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"))
            let samples = try PythonCheck.run("prometheus", input: answer.body)
            missing = expected.subtracting(samples.split(separator: "\n"))
        }
        #expect(missing.isEmpty)
    }

    @Test func rejectsALargeBodyWithAnEnvelope() throws {
        let fixture = try ServingFixture()
        let body = String(repeating: " ", count: (1 << 20) + 1)
        let refused = try fixture.call("POST", "/callback/events", body)
        #expect(refused.status == 413)
        #expect(refused.body.contains(#""code":"RBC302","message":"body must NOT have more"#))
    }

    @Test func servesNoFiles() throws {
        let fixture = try ServingFixture()
        for path in [
            "/../callback-gateway.key", "/%2e%2e/callbacks.db", "/v1/../../callbacks.db",
            "/v1/\(ServingFixture.sid)/callback/profiles/..%2f..%2fcallbacks.db",
        ] {
            let answer = try #require(
                fixture.client().request("GET", path, headers: ["api-key: \(fixture.key)"]))
            #expect(answer.status == 404, "\(path)")
        }
    }
}
