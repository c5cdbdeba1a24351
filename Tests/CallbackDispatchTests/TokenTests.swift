import CivilTime
import Curl
import DeliveryLog
import EgressPolicy
import Secrets
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Curl
@testable import Profiles

/// Callbacks that carry a token, and the endpoint that gives it.
@Suite struct TokenTests {
    /// One receiver for both: `/token` gives tokens, anything else takes callbacks.
    private static func bench(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let bench = try DispatchFixture(receiver.origin + "/hook")
        bench.maker.credentials = ClientCredentials(
            url: receiver.origin + "/token", clientID: "me & you", clientSecret: Secret("s=1"),
            extraFields: [(name: "scope", value: "a b")])
        return bench
    }

    private static func token(_ text: String, life: String) -> HTTPAction {
        .answer(200, body: #"{"access_token":"\#(text)","expires_in":\#(life)}"#)
    }

    private func hooks(_ receiver: ScriptedHTTPReceiver) -> [ReceivedRequest] {
        receiver.requests.filter { $0.target == "/hook" }
    }

    private func fetches(_ receiver: ScriptedHTTPReceiver) -> [ReceivedRequest] {
        receiver.requests.filter { $0.target == "/token" }
    }

    @Test func aTokenIsFetchedOnceForManyCallbacks() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? Self.token("T1", life: "3600") : .ok
        }
        let bench = try Self.bench(receiver)
        for number in 1...10 { try bench.accept("c-\(number)") }
        try bench.dispatch()
        #expect(hooks(receiver).count == 10)
        #expect(hooks(receiver).allSatisfy { $0.headers["authorization"] == "Bearer T1" })
        let fetch = try #require(fetches(receiver).first)
        #expect(fetches(receiver).count == 1)
        #expect(
            fetch.body == "grant_type=client_credentials&client_id=me%20%26%20you"
                + "&client_secret=s%3D1&scope=a%20b")
        #expect(fetch.headers["content-type"] == "application/x-www-form-urlencoded")
    }

    @Test func aTokenIsKeptUntilItExpires() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? Self.token("T\(request.number)", life: "\"100\"") : .ok
        }
        let bench = try Self.bench(receiver)
        let dispatcher = try bench.dispatcher()
        for seconds: Int64 in [0, 84, 1] {
            bench.now = bench.now.advanced(seconds: seconds)
            try bench.accept("c-\(bench.now.seconds)")
            try dispatcher.sendWhatIsDue()
        }
        // What is left of its life has to do for an exchange.
        #expect(
            hooks(receiver).map { $0.headers["authorization"] } == [
                "Bearer T1", "Bearer T1", "Bearer T4",
            ])
    }

    @Test func aTokenThatIsRefusedIsNotKept() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            if request.target == "/token" { return Self.token("T\(request.number)", life: "3600") }
            return request.headers["authorization"] == "Bearer T1" ? .answer(401) : .ok
        }
        let bench = try Self.bench(receiver)
        let dispatcher = try bench.dispatcher()
        try bench.accept("c-1")
        try dispatcher.sendWhatIsDue()
        bench.now = bench.now.advanced(seconds: 5)
        try dispatcher.sendWhatIsDue()
        #expect(try bench.attempts() == ["c-1 1 retrying http_4xx 401", "c-1 2 delivered 200"])
    }

    @Test(
        "without a token nothing is sent",
        arguments: [
            (HTTPAction.answer(403), "retrying other"),
            (.answer(200, body: "{}"), "retrying other"),
            (.answer(200, body: #"{"access_token":"a b"}"#), "retrying other"),
            (.answer(302, head: ["Location: /hook"]), "retrying other"),
            (.stall, "retrying timeout"), (.reset, "retrying connect"),
        ])
    func failures(action: HTTPAction, record: String) throws {
        let receiver = try ScriptedHTTPReceiver { $0.target == "/token" ? action : .ok }
        let bench = try Self.bench(receiver)
        if record.hasSuffix("timeout") { bench.whole = 3_000 }
        try bench.accept("c-1", "c-2")
        try bench.dispatch()
        #expect(hooks(receiver).isEmpty)
        #expect(Set(try bench.attempts()) == ["c-1 1 " + record, "c-2 1 " + record])
    }

    /// The callback itself would go to an address that is allowed.
    @Test(
        "a token is fetched from no address that callbacks may not go to",
        arguments: ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
    func tokenAddress(host: String) throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try Self.bench(receiver)
        bench.maker.credentials?.url = "http://\(host):\(receiver.port)/token"
        bench.maker.url = "http://192.0.2.1/"
        bench.rules = AddressGuard(allowing: ["192.0.2.0/24"].compactMap { Network($0) })
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed blocked"])
        #expect(receiver.connections == 0)
    }

    @Test func aTestOfAProfileFetchesNoTokenFromABlockedAddress() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try Self.bench(receiver)
        let request = HTTPRequest(method: "GET", url: "http://192.0.2.1/")
        let trial = try TestDelivery(
            OutgoingRequest(request, credentials: bench.maker.credentials),
            options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") {
                AddressGuard().allows(bytes: $0)
            }, clock: { bench.now })
        #expect(trial.verdict.reason == .blocked && trial.result.status == nil)
        #expect(receiver.connections == 0)
    }

    @Test func aTestThatIsCancelledWaitsForNoAnswer() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .stall }
        #expect(throws: CancelledTrial.self) {
            try TestDelivery(
                OutgoingRequest(HTTPRequest(method: "GET", url: receiver.origin)),
                options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
                clock: { DispatchFixture.start }, isCancelled: { receiver.requests.count == 1 })
        }
    }

    @Test func theTokensAddressIsJudgedToo() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try Self.bench(receiver)
        bench.rules = AddressGuard()
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed blocked"])
    }

    /// The profile gets other credentials while the token of the old ones is on its way.
    @Test func aTokenBelongsToItsCredentials() throws {
        func key(_ id: String) -> TokenCache.Key {
            TokenCache.Key(
                company: "HA",
                credentials: ClientCredentials(
                    url: "https://h.example", clientID: id, clientSecret: Secret("s"),
                    extraFields: []))
        }
        func answer(_ token: String) -> HTTPResult {
            HTTPResult(
                status: 200, headBytes: [], content: Array(#"{"access_token":"\#(token)"}"#.utf8),
                fault: nil, address: nil, phases: HTTPPhases())
        }
        var tokens = TokenCache()
        guard case .wanted(let old) = tokens.token(of: key("old"), at: DispatchFixture.start),
            case .wanted(let new) = tokens.token(of: key("new"), at: DispatchFixture.start),
            case .token(let first)? = tokens.end(
                old.number, answer("OLD"), at: DispatchFixture.start)
        else {
            Issue.record("no fetch of its own")
            return
        }
        #expect(first.text == "OLD")
        guard case .onItsWay(let number) = tokens.token(of: key("new"), at: DispatchFixture.start)
        else {
            Issue.record("the old token was given to the new credentials")
            return
        }
        #expect(number == new.number)
        guard
            case .token(let second)? = tokens.end(number, answer("NEW"), at: DispatchFixture.start),
            case .token(let kept) = tokens.token(of: key("new"), at: DispatchFixture.start)
        else {
            Issue.record("the new token was not kept")
            return
        }
        #expect(second.text == "NEW" && kept.text == "NEW")
    }

    @Test func aServerThatTakesBasicAloneGetsIt() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            guard request.target == "/token" else { return .ok }
            return request.headers["authorization"] == nil
                ? .answer(401, body: #"{"error":"invalid_client"}"#)
                : Self.token("T\(request.number)", life: "10.5")
        }
        let bench = try Self.bench(receiver)
        let dispatcher = try bench.dispatcher()
        for seconds: Int64 in [0, 60] {
            bench.now = bench.now.advanced(seconds: seconds)
            try bench.accept("c-\(bench.now.seconds)")
            try dispatcher.sendWhatIsDue()
        }
        // "me%20%26%20you:s%3D1"; what works is remembered.
        let basic = "Basic bWUlMjAlMjYlMjB5b3U6cyUzRDE="
        #expect(fetches(receiver).map { $0.headers["authorization"] } == [nil, basic, basic])
        #expect(
            fetches(receiver).last?.body == "grant_type=client_credentials&scope=a%20b")
        #expect(hooks(receiver).count == 2)
    }

    @Test func theFaultHasTheServersWordsWithoutTheSecret() throws {
        let body = #"{"error":"invalid_scope","error_description":"no a b for s=1\r\n"}"#
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token"
                ? .answer(400, head: ["Retry-After: 1800.0"], body: body) : .ok
        }
        let bench = try Self.bench(receiver)
        try bench.accept("c-1")
        try bench.dispatch()
        let attempts = try bench.log.attempts(AttemptFilter(company: "HA"), limit: 1)
        let fault = try bench.queue.deliveries(attempts).first?.exchange?.fault
        #expect(
            fault == "the token could not be fetched: status 400: invalid_scope: no a b for ••••  ")
        #expect(try bench.wait("c-1") == 1800)
    }
}
