import CivilTime
import Glibc
import HTTPServer
import JSON
import SQL
import StorageErrors
import Synchronization
import TestSupport
import Testing

@Suite struct AdmissionTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    /// Every call that belongs to a company, with a valid body.
    static let calls: [(method: String, path: String, body: String)] = [
        ("POST", "/callback/profiles", APIFixture.profile()), ("GET", "/callback/profiles", ""),
        ("POST", "/callback/profiles/test", APIFixture.profile()),
        ("GET", "/callback/profiles/ID", ""),
        ("PATCH", "/callback/profiles/ID", #"{"title": "Stolen"}"#),
        ("DELETE", "/callback/profiles/ID", ""), ("POST", "/callback/profiles/ID/enable", ""),
        ("POST", "/callback/profiles/ID/disable", ""),
        ("POST", "/callback/profiles/ID/test", "{}"),
        ("POST", "/callback/events", #"{"callback_profile": "ID"}"#),
        ("GET", "/callback/deliveries", ""), ("POST", "/callback/deliveries/c-1/replay", ""),
        ("GET", "/whatsapp/numbers", ""),
        ("PUT", "/whatsapp/numbers/919876543210", #"{"callback_profile": "ID"}"#),
        ("GET", "/whatsapp/numbers/919876543210", ""),
        ("DELETE", "/whatsapp/numbers/919876543210", ""),
        ("POST", "/whatsapp/incoming", #"{"wanumber": "919876543210"}"#),
    ]

    private static let faults: [(StorageError, status: Int)] = [
        (.ofMissingFile("callbacks.db"), 503),
        (StorageError(.busy, at: "callbacks.db", "database is locked"), 503),
        (StorageError(.corrupt, at: "callbacks.db", "malformed"), 503),
        (StorageError(.full, at: "callbacks.db", "disk full"), 503),
        (StorageError(.unavailable, at: "callbacks.db", "not a database"), 503),
        (StorageError(.failed, at: "callbacks.db", "no such column"), 500),
    ]
    /// Those that a retry solves without the operator.
    private static let quietKinds: [StorageError.Kind] = [.busy, .replaced]

    @Test("a key that cannot be looked up now may be valid later", arguments: faults)
    func keyLater(fault: StorageError, status: Int) {
        fixture.openingFault.withLock { $0 = fault }
        let answer = fixture.call("GET", "/callback/profiles")
        #expect(answer.status == status)
        #expect(answer.headers.contains { $0.name == "Retry-After" } == (status == 503))
        // The log has only what a retry does not solve.
        let isQuiet = Self.quietKinds.contains(fault.kind)
        #expect(fixture.told.withLock { $0.count } == (isQuiet ? 0 : 1))
    }

    @Test func everyCallRequiresTheCompanysKey() throws {
        let id = try fixture.profile()
        for (number, call) in Self.calls.enumerated() {
            let path = "/v1/\(APIFixture.own)" + call.path.replacing("ID", with: id)
            let keys: [[(name: String, value: String)]] = [
                [], [("api-key", "")], [("api-key", "wrong")], [("api-key", fixture.otherKey)],
                [("api-key", fixture.key), ("api-key", fixture.otherKey)],
                [("Authorization", "Bearer \(fixture.key)")],
            ]
            for key in keys {
                let answer = fixture.ask(
                    call.method, path, headers: key + [("Content-Type", "application/json")],
                    body: call.body, peer: "192.0.2.\(number)")
                #expect(answer.status == 401 && answer.code == "RBC401", "\(call) \(key)")
                #expect(answer.faults == ["headers: headers must have a valid 'api-key'"])
            }
        }
        // None of these requests had an effect.
        let profile = fixture.call("GET", "/callback/profiles/\(id)")
        #expect(profile.data?["version"]?.integer == 1 && profile.data?["status"]?.integer == 1)
        #expect(fixture.call("GET", "/callback/profiles").data?["total"]?.integer == 1)
    }

    /// Another company's data is reported as not found.
    @Test func hidesTheDataOfOtherCompanies() throws {
        let id = try fixture.profile()
        let bound = #"{"callback_profile": "\#(id)"}"#
        #expect(fixture.call("PUT", "/whatsapp/numbers/919876543210", bound).status == 200)
        let accepted = fixture.call(
            "POST", "/callback/events", #"{"callback_profile": "\#(id)", "callback_id": "c-1"}"#)
        #expect(accepted.status == 202)
        let nowhere = "IN_00000000-0000-4000-8000-000000000000"
        for call in Self.calls
        where call.path.contains("ID") || call.body.contains("ID")
            || call.path.contains("c-1") || call.path.contains("9198765")
        {
            let answers = [(id, "c-1", "919876543210"), (nowhere, "c-2", "919876543219")].map {
                known in
                let answer = fixture.call(
                    call.method,
                    call.path.replacing("ID", with: known.0).replacing("c-1", with: known.1)
                        .replacing("919876543210", with: known.2),
                    call.body.replacing("ID", with: known.0), key: fixture.otherKey,
                    company: APIFixture.other)
                return answer.text.replacing(known.0, with: "ID")
                    .replacing(known.1, with: "c").replacing(known.2, with: "number")
            }
            #expect(answers[0] == answers[1], "\(call)")
            #expect(answers[0].contains("\"status\":404") || answers[0].contains("\"status\":400"))
        }
        let list = fixture.call(
            "GET", "/callback/profiles", key: fixture.otherKey, company: APIFixture.other)
        #expect(list.data?["total"]?.integer == 0)
        for path in ["/callback/deliveries", "/whatsapp/numbers"] {
            let list = fixture.call("GET", path, key: fixture.otherKey, company: APIFixture.other)
            #expect(list.status == 200 && !list.text.contains(id))
        }
    }

    /// Sends a request with a key, from a client or through a proxy.
    private func attempt(_ key: String, _ peer: String, forwarded: String? = nil) -> Response {
        let proxy = forwarded.map { [(name: "X-Forwarded-For", value: $0)] } ?? []
        return fixture.ask(
            "GET", "/v1/\(APIFixture.own)/callback/profiles", headers: [("api-key", key)] + proxy,
            peer: peer)
    }

    @Test func limitsRequestsWithInvalidKeys() throws {
        for number in 1...10 { #expect(attempt("wrong\(number)", "192.0.2.1").status == 401) }
        let stopped = attempt("wrong", "192.0.2.1")
        #expect(stopped.status == 429 && stopped[header: "retry-after"] == "60")
        #expect(attempt("wrong", "192.0.2.3").status == 401)
        // Only a proxy on this machine can report the client's address.
        for _ in 1...10 { _ = attempt("wrong", "127.0.0.1", forwarded: "8.8.8.8, 203.0.113.9") }
        #expect(attempt("wrong", "127.0.0.1", forwarded: "203.0.113.9").status == 429)
        #expect(attempt("wrong", "127.0.0.1", forwarded: "8.8.8.8").status == 401)
        #expect(attempt("wrong", "192.0.2.1", forwarded: "198.51.100.1").status == 429)
        fixture.now.withLock { $0 = $0.advanced(seconds: 61) }
        #expect(attempt("wrong", "192.0.2.1").status == 401)
    }

    @Test func acceptsAValidKeyDespiteManyInvalidOnes() {
        // Neither key was used from there before.
        for number in 1...30 { _ = attempt("wrong\(number)", "192.0.2.1") }
        #expect(attempt(fixture.key, "192.0.2.1").status == 200)
        #expect(attempt(fixture.otherKey, "192.0.2.1").status == 429)
    }

    @Test func countsAnIPv6NetworkAsOneClient() {
        for number in 1...10 { _ = attempt("x", "2001:db8:1:2::\(number)") }
        #expect(attempt("x", "2001:db8:1:2:ffff::1").status == 429)
        #expect(attempt("x", "2001:db8:1:3::1").status == 401)
    }

    @Test(arguments: [
        [
            "2001:db8:1:2::1", "2001:0db8:0001:0002:0:0:0:2", "2001:DB8:1:2:A::3",
            "[2001:db8:1:2::4]:443", "2001:db8:1:2::192.0.2.1",
        ],
        [
            "192.0.2.9", "::ffff:192.0.2.9", "::FFFF:c000:0209", "192.0.2.9:443",
            "[::ffff:c000:209]",
        ],
    ])
    func countsAllSpellingsOfAnAddressAsOneClient(_ spellings: [String]) {
        for number in 0..<10 {
            let spelling = spellings[number % spellings.count]
            #expect(attempt("x", "127.0.0.1", forwarded: spelling).status == 401)
        }
        for spelling in spellings {
            #expect(attempt("x", "127.0.0.1", forwarded: spelling).status == 429)
        }
        #expect(attempt("x", "127.0.0.1", forwarded: "192.0.2.10").status == 401)
    }

    @Test(arguments: [
        ("PUT", "/v1/A/callback/profiles", "POST, GET"),
        ("GET", "/v1/A/callback/events", "POST"),
        ("POST", "/v1/A/callback/profiles/x", "GET, PATCH, DELETE"),
        ("DELETE", "/v1/A/callback/profiles/test", "POST"),
        ("POST", "/healthz", "GET"), ("TRACE", "/metrics", "GET"), ("get", "/healthz", "GET"),
    ])
    func reportsTheAllowedMethods(_ method: String, _ path: String, _ allowed: String) {
        let answer = fixture.ask(method, path, headers: [])
        #expect(answer.status == 405 && answer[header: "allow"] == allowed)
        #expect(answer.code == "RBC302" && answer.json?["status"]?.integer == 405)
    }

    @Test(arguments: [
        "/", "/v1", "/v2/A/callback/profiles", "/v1/A/callback/profiles/",
        "/v1//callback/profiles/",
        "/v1/A/callback/profiles/x/y", "//healthz", "/healthz/", "/v1/A/callback/../metrics",
        "/%2e%2e/healthz", "/v1/A/callback%2Fprofiles", "/HEALTHZ", "/static/../../etc/passwd",
    ])
    func rejectsUnknownPaths(_ path: String) {
        let answer = fixture.ask("GET", path, headers: [("api-key", fixture.key)])
        #expect(answer.status == 404, "\(path)")
        #expect(answer.message == "No such resource; see /openapi.json")
    }

    @Test(arguments: ["/v1/A/callback/profiles/%", "/v1/A/%ff/x", "/healthz?%zz", "*", "http:///a"])
    func rejectsInvalidPercentEncoding(_ target: String) {
        #expect(fixture.ask("GET", target, headers: []).status == 400)
    }

    @Test(arguments: [
        (nil, 415), ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=latin1", 415), ("application/x-ndjson", 415),
        ("application/json", 201), ("Application/JSON; charset=UTF-8", 201),
        ("application/json;charset=\"utf-8\"", 201), ("application/json; charset=utf8", 201),
        ("application/json;\tcharset=UTF8", 201),
    ])
    func acceptsOnlyJSON(_ type: String?, _ status: Int) {
        let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
        let answer = fixture.ask(
            "POST", "/v1/\(APIFixture.own)/callback/profiles",
            headers: [("api-key", fixture.key)] + headers, body: APIFixture.profile())
        #expect(answer.status == status, "\(answer.text)")
    }

    @Test func rejectsCompressedBodies() {
        let answer = fixture.ask(
            "POST", "/v1/\(APIFixture.own)/callback/profiles",
            headers: [
                ("api-key", fixture.key), ("Content-Type", "application/json"),
                ("Content-Encoding", "gzip"),
            ], body: APIFixture.profile())
        #expect(answer.status == 415)
    }

    @Test(arguments: [
        ("GET", "/callback/profiles/x?y=1"), ("POST", "/callback/events?wait=maybe"),
        ("POST", "/callback/events?later=true"), ("DELETE", "/whatsapp/numbers/919876543210?x"),
    ])
    func rejectsUnknownParameters(_ method: String, _ path: String) {
        let answer = fixture.call(method, path, method == "POST" ? "{}" : "")
        #expect(answer.status == 400 && answer.faults.first?.hasPrefix("params: ") == true)
    }

    @Test(arguments: [
        ("POST", "/callback/profiles?x=1&y", #"{"title": "Orders", "http_method": "GET"}"#),
        ("PATCH", "/callback/profiles/ID?x=1&y", #"{"url": null}"#),
        ("POST", "/callback/profiles/test?x=1&y", #"{"title": "Orders", "http_method": "GET"}"#),
    ])
    func reportsErrorsInParametersAndBodyTogether(
        _ method: String, _ path: String, _ body: String
    ) throws {
        let id = try fixture.profile()
        let answer = fixture.call(method, path.replacing("ID", with: id), body)
        #expect(
            answer.status == 400
                && answer.faults == [
                    "params: params must NOT have additional property 'x'",
                    "params: params must NOT have additional property 'y'",
                    "body: body must have required property 'url'",
                ], "\(answer.text)")
    }

    @Test(arguments: [
        ("POST", "/callback/events?wait=maybe", "{}", "callback_profile"),
        ("POST", "/whatsapp/incoming?wait=maybe", "{}", "wanumber"),
        ("PUT", "/whatsapp/numbers/919876543210?wait=maybe", "{}", "callback_profile"),
    ])
    func reportsErrorsInWaitAndBodyTogether(
        _ method: String, _ path: String, _ body: String, _ missing: String
    ) {
        let faults = fixture.call(method, path, body).faults
        #expect(faults.count == 2 && faults.first?.hasPrefix("params: params") == true)
        #expect(faults.last == "body: body must have required property '\(missing)'")
    }

    @Test func anInvalidParameterPreventsTheEffect() throws {
        let id = try fixture.profile()
        for (method, path, body) in [
            ("POST", "/callback/profiles?x", APIFixture.profile()),
            ("PATCH", "/callback/profiles/\(id)?x", #"{"title": "Other"}"#),
            ("POST", "/callback/events?x", #"{"callback_profile": "\#(id)"}"#),
            ("PUT", "/whatsapp/numbers/919876543210?x", #"{"callback_profile": "\#(id)"}"#),
            ("POST", "/callback/profiles/\(id)/disable?x", ""),
        ] {
            let answer = fixture.call(method, path, body)
            #expect(answer.faults == ["params: params must NOT have additional property 'x'"])
        }
        let list = fixture.call("GET", "/callback/profiles").data
        #expect(list?["total"]?.integer == 1)
        let profile = fixture.call("GET", "/callback/profiles/\(id)").data
        #expect(profile?["version"]?.integer == 1 && profile?["status"]?.integer == 1)
        #expect(fixture.call("GET", "/whatsapp/numbers").data?["total"]?.integer == 0)
        #expect(fixture.ask("GET", "/healthz", headers: []).data?["waiting"]?.integer == 0)
    }

    @Test func changesProfilesWhileTheDNSIsSlow() throws {
        let id = try fixture.profile()
        let slow = APIFixture.profile().replacing("93.184.215.14", with: APIFixture.slowHost)
        let held = fixture.start("POST", "/callback/profiles", slow)
        let call = #"{"callback": {"call_end": {"url": ["http://\#(APIFixture.slowHost)/"]}}, "#
        let trigger = fixture.start("POST", "/callback/events", call + #""event": "call_end"}"#)
        #expect(fixture.call("POST", "/callback/profiles/\(id)/disable").status == 200)
        #expect(
            fixture.call("PATCH", "/callback/profiles/\(id)", #"{"title": "Other"}"#).status == 200)
        #expect(fixture.call("POST", "/callback/profiles", APIFixture.profile()).status == 201)
        let event = #"{"callback_profile": "\#(try fixture.profile())"}"#
        #expect(fixture.call("POST", "/callback/events", event).status == 202)
        #expect(held() == nil && trigger() == nil)
        fixture.letDNSAnswer()
        while held() == nil || trigger() == nil { usleep(1000) }
        #expect(held()?.status == 201 && trigger()?.status == 202)
    }

    @Test func respondsWith503WithoutADatabase() throws {
        fixture.databaseFault.withLock { $0 = "the database file was deleted" }
        let health = fixture.ask("GET", "/healthz", headers: [])
        #expect(health.status == 503 && health.message == "the database file was deleted")
        for call in Self.calls {
            let answer = fixture.call(call.method, call.path, call.body)
            #expect(answer.status == 503 && answer.code == "RBC302", "\(call)")
            #expect(answer.message == "the database file was deleted")
        }
        #expect(fixture.ask("GET", "/openapi.json", headers: []).status == 200)
        #expect(fixture.ask("GET", "/metrics", headers: []).status == 200)
        fixture.databaseFault.withLock { $0 = nil }
        #expect(fixture.call("GET", "/callback/profiles").status == 200)
    }

    @Test func respondsAsBusyWhenTheFileHasJustDisappeared() throws {
        let id = try fixture.profile()
        unlink(fixture.directory.path(of: "callbacks.db"))
        let answer = fixture.call(
            "POST", "/callback/events", #"{"callback_profile": "\#(id)"}"#)
        #expect(answer.status == 503)
    }

    @Test func hidesTheDetailsOfInternalErrors() throws {
        let id = try fixture.profile()
        try Database(path: fixture.directory.path(of: "callbacks.db"))
            .execute("ALTER TABLE callback_profiles RENAME TO gone")
        let answer = fixture.call("PATCH", "/callback/profiles/\(id)", #"{"title": "Other"}"#)
        #expect(
            answer.status == 500 && answer.message == "internal error; see the log of the gateway")
        #expect(fixture.told.withLock { $0.count } == 1)
    }
}
