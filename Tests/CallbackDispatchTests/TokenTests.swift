import CivilTime
import Curl
import DeliveryLog
import EgressPolicy
import JSON
import Storage
import TestSupport
import Testing
import TextSupport

@testable import CallbackDispatch
@testable import Curl
@testable import Profiles

/// Callbacks that carry an access token, and the token server.
@Suite struct TokenTests {
    /// One receiver for both: `/token` issues tokens, other paths accept callbacks.
    private static func fixture(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let fixture = try DispatchFixture(receiver.origin + "/hook")
        fixture.builder.credentials = ClientCredentials(
            url: receiver.origin + "/token", clientID: "me & you", clientSecret: Secret("s=1"),
            extraFields: [(name: "scope", value: "a b")])
        return fixture
    }

    private static func token(_ text: String, lifetime: String) -> HTTPAction {
        .answer(200, body: #"{"access_token":"\#(text)","expires_in":\#(lifetime)}"#)
    }

    private func hooks(_ receiver: ScriptedHTTPReceiver) -> [ReceivedRequest] {
        receiver.requests.filter { $0.target == "/hook" }
    }

    private func fetches(_ receiver: ScriptedHTTPReceiver) -> [ReceivedRequest] {
        receiver.requests.filter { $0.target == "/token" }
    }

    @Test func tokenIsFetchedOnceForManyCallbacks() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? Self.token("T1", lifetime: "3600") : .ok
        }
        let fixture = try Self.fixture(receiver)
        for number in 1...10 { try fixture.accept("c-\(number)") }
        try fixture.dispatch()
        #expect(hooks(receiver).count == 10)
        #expect(hooks(receiver).allSatisfy { $0.headers["authorization"] == "Bearer T1" })
        let fetch = try #require(fetches(receiver).first)
        #expect(fetches(receiver).count == 1)
        #expect(
            fetch.body == "grant_type=client_credentials&client_id=me%20%26%20you"
                + "&client_secret=s%3D1&scope=a%20b")
        #expect(fetch.headers["content-type"] == "application/x-www-form-urlencoded")
    }

    @Test func tokenIsCachedUntilItExpires() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? Self.token("T\(request.number)", lifetime: "\"100\"") : .ok
        }
        let fixture = try Self.fixture(receiver)
        let dispatcher = try fixture.dispatcher()
        for seconds: Int64 in [0, 84, 1] {
            fixture.now = fixture.now.advanced(seconds: seconds)
            try fixture.accept("c-\(fixture.now.seconds)")
            try dispatcher.sendDueCallbacks()
        }
        // The token's remaining lifetime must be long enough for a request.
        #expect(
            hooks(receiver).map { $0.headers["authorization"] } == [
                "Bearer T1", "Bearer T1", "Bearer T4",
            ])
    }

    @Test func rejectedTokenIsDropped() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            if request.target == "/token" {
                return Self.token("T\(request.number)", lifetime: "3600")
            }
            return request.headers["authorization"] == "Bearer T1" ? .answer(401) : .ok
        }
        let fixture = try Self.fixture(receiver)
        let dispatcher = try fixture.dispatcher()
        try fixture.accept("c-1")
        try dispatcher.sendDueCallbacks()
        fixture.now = fixture.now.advanced(seconds: 5)
        try dispatcher.sendDueCallbacks()
        #expect(try fixture.attempts() == ["c-1 1 retrying http_4xx 401", "c-1 2 delivered 200"])
    }

    @Test(
        "nothing is sent without a token",
        arguments: [
            (HTTPAction.answer(403), "retrying other"),
            (.answer(200, body: "{}"), "retrying other"),
            (.answer(200, body: #"{"access_token":"a b"}"#), "retrying other"),
            (.answer(302, head: ["Location: /hook"]), "retrying other"),
            (.stall, "retrying timeout"), (.reset, "retrying connect"),
        ])
    func failures(action: HTTPAction, record: String) throws {
        let receiver = try ScriptedHTTPReceiver { $0.target == "/token" ? action : .ok }
        let fixture = try Self.fixture(receiver)
        if record.hasSuffix("timeout") { fixture.totalTimeout = 3_000 }
        try fixture.accept("c-1", "c-2")
        try fixture.dispatch()
        #expect(hooks(receiver).isEmpty)
        #expect(Set(try fixture.attempts()) == ["c-1 1 " + record, "c-2 1 " + record])
    }

    /// The callback itself would go to an allowed address.
    @Test(
        "no token is fetched from a blocked address",
        arguments: ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
    func tokenAddress(host: String) throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try Self.fixture(receiver)
        fixture.builder.credentials?.url = "http://\(host):\(receiver.port)/token"
        fixture.builder.url = "http://192.0.2.1/"
        fixture.rules = AddressGuard(allowing: ["192.0.2.0/24"].compactMap { Network($0) })
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed blocked"])
        #expect(receiver.connections == 0)
    }

    @Test(arguments: [true, false])
    func nothingIsSentToAPublicAddressOfThisMachine(isTokenURL: Bool) throws {
        let fixture = try Self.fixture(try ScriptedHTTPReceiver())
        let own = try #require(IPAddress("93.184.215.14"))
        fixture.rules = AddressGuard(own: OwnAddresses { [own] })
        if isTokenURL {
            fixture.builder.credentials?.url = "http://93.184.215.14/token"
        } else {
            fixture.builder.credentials = nil
            fixture.builder.url = "http://93.184.215.14/"
        }
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed blocked"])
    }

    @Test func testDeliveryFetchesNoTokenFromBlockedAddress() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try Self.fixture(receiver)
        let request = HTTPRequest(method: "GET", url: "http://192.0.2.1/")
        let testDelivery = try TestDelivery(
            OutgoingRequest(request, credentials: fixture.builder.credentials),
            options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") {
                AddressGuard().allows(bytes: $0)
            }, clock: { fixture.now })
        #expect(testDelivery.verdict.reason == .blocked && testDelivery.result.status == nil)
        #expect(receiver.connections == 0)
    }

    @Test func cancelledTestDeliveryDoesNotWait() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .stall }
        #expect(throws: CancelledTestDelivery.self) {
            try TestDelivery(
                OutgoingRequest(HTTPRequest(method: "GET", url: receiver.origin)),
                options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
                clock: { DispatchFixture.start }, isCancelled: { receiver.requests.count == 1 })
        }
    }

    @Test func tokenAddressIsChecked() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try Self.fixture(receiver)
        fixture.rules = AddressGuard()
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed blocked"])
    }

    /// The profile's credentials change while the token for the old ones is being fetched.
    @Test func tokenBelongsToItsCredentials() throws {
        var tokens = TokenCache()
        guard case .needed(let old) = tokens.token(of: "old"),
            case .needed(let new) = tokens.token(of: "new"),
            case .token(let first)? = tokens.end(
                old.number, Self.answer("OLD"), at: DispatchFixture.start)
        else {
            Issue.record("the new credentials did not start a fetch")
            return
        }
        #expect(first.text == "OLD")
        guard case .pending(let number) = tokens.token(of: "new") else {
            Issue.record("the old token was given to the new credentials")
            return
        }
        #expect(number == new.number)
        guard
            case .token(let second)? = tokens.end(
                number, Self.answer("NEW"), at: DispatchFixture.start),
            case .token(let kept) = tokens.token(of: "new")
        else {
            Issue.record("the new token was not kept")
            return
        }
        #expect(second.text == "NEW" && kept.text == "NEW")
    }

    @Test func basicAuthenticationIsUsedWhenRequired() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            guard request.target == "/token" else { return .ok }
            return request.headers["authorization"] == nil
                ? .answer(401, body: #"{"error":"invalid_client"}"#)
                : Self.token("T\(request.number)", lifetime: "10.5")
        }
        let fixture = try Self.fixture(receiver)
        let dispatcher = try fixture.dispatcher()
        for seconds: Int64 in [0, 60] {
            fixture.now = fixture.now.advanced(seconds: seconds)
            try fixture.accept("c-\(fixture.now.seconds)")
            try dispatcher.sendDueCallbacks()
        }
        // The header encodes "me%20%26%20you:s%3D1". The method that worked is remembered.
        let basic = "Basic bWUlMjAlMjYlMjB5b3U6cyUzRDE="
        #expect(fetches(receiver).map { $0.headers["authorization"] } == [nil, basic, basic])
        #expect(
            fetches(receiver).last?.body == "grant_type=client_credentials&scope=a%20b")
        #expect(hooks(receiver).count == 2)
    }

    @Test func tokenFaultIncludesOnlyStatusAndErrorCode() throws {
        let body = #"{"error":"invalid_scope","error_description":"no a b for s=1\r\n"}"#
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token"
                ? .answer(400, head: ["Retry-After: 1800.0"], body: body) : .ok
        }
        let fixture = try Self.fixture(receiver)
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(
            try self.fault(fixture) == "could not fetch the token: status 400: invalid_scope")
        #expect(try fixture.wait("c-1") == 1800)
    }

    private func fault(_ fixture: DispatchFixture) throws -> String? {
        let attempts = try fixture.log.attempts(AttemptFilter(company: "HA"), limit: 1)
        return try fixture.queue.deliveries(attempts).first?.exchange?.fault
    }

    private static let secret = "s3cr3t/V+alue e\u{301} top_secret_word"

    /// Each server repeats the secret, whole or in part, in some form.
    @Test(arguments: [
        secret, "bad " + secret, secret + "\u{301}", "top_secret_word", "top_secret",
        "a_secret_w", "s3cr3t%2FV%2Balue%20e%CC%81%20top_secret_word", "czNjcjN0L1YrYWx1ZSBl",
        String(repeating: "b", count: 170) + secret, "s3cr3\0t", "invalid_client: " + secret, "",
    ])
    func tokenFaultHasNoTextThatCouldBeASecret(said: String) throws {
        let credentials = ClientCredentials(
            url: "https://h.example", clientID: "id", clientSecret: Secret(Self.secret),
            extraFields: [])
        let json = JSONValue.object([
            "error": .string(said), "error_description": .string(said),
        ]).compact
        for body in [said, json, "[\(json)]"] {
            let result = Self.result(403, head: "X-Echo: \(said)\r\n", body)
                .ofToken(for: credentials)
            #expect(result.fault?.message == "could not fetch the token: status 403")
            #expect(result.headBytes.isEmpty && result.content.isEmpty)
        }
    }

    @Test(arguments: [#"{"access_token":"T 0123456789"}"#, #"{"access_token":"T0123456789""#])
    func faultOfAnInvalidTokenResponseDoesNotIncludeTheToken(body: String) throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? .answer(200, body: body) : .ok
        }
        let fixture = try Self.fixture(receiver)
        try fixture.accept("c-1")
        try fixture.dispatch()
        let cause = "the response has no valid 'access_token'"
        #expect(try fault(fixture) == "could not fetch the token: status 200: \(cause)")
    }

    @Test func tokenOfSixtyKilobytesIsUsed() throws {
        let text = String(repeating: "t", count: 60_000)
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/token" ? Self.token(text, lifetime: "60") : .ok
        }
        let fixture = try Self.fixture(receiver)
        let testDelivery = try TestDelivery(
            OutgoingRequest(
                HTTPRequest(method: "GET", url: fixture.builder.url),
                credentials: fixture.builder.credentials),
            options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
            clock: { fixture.now })
        #expect(
            testDelivery.request.headers.last == HTTPHeader("Authorization", "Bearer \(text)"))
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(receiver.requests.filter { $0.target == "/token" }.count == 2)
    }

    // MARK: Cache

    fileprivate static func credentials(_ id: String) -> ClientCredentials {
        ClientCredentials(
            url: "https://h.example", clientID: id, clientSecret: Secret("s"), extraFields: [])
    }

    private static func result(_ status: Int, head: String = "", _ body: String) -> HTTPResult {
        HTTPResult(
            status: status, headBytes: Array(head.utf8), content: Array(body.utf8), fault: nil,
            address: nil, phases: HTTPPhases())
    }

    private static func answer(_ token: String) -> HTTPResult {
        result(200, #"{"access_token":"\#(token)","expires_in":3e9}"#)
    }

    /// Fetches a token if the cache has none. Returns whether it was fetched.
    private func fetch(_ id: String, of company: String, _ tokens: inout TokenCache) -> Bool {
        guard case .needed(let fetch) = tokens.token(of: id, company: company) else { return false }
        let text = String(repeating: "t", count: 700)
        _ = tokens.end(fetch.number, Self.answer(text), at: DispatchFixture.start)
        return true
    }

    @Test func cacheDropsTheLeastRecentlyUsedTokensOfItsCompany() {
        // Each entry has 1,000 bytes.
        var tokens = TokenCache(limits: TokenCache.Limits(ofCompany: 8_000, inTotal: 80_000))
        #expect(fetch("other", of: "HB", &tokens))
        for number in 1...8 { #expect(fetch("\(number)", of: "HA", &tokens)) }
        #expect(!fetch("1", of: "HA", &tokens) && tokens.count == 9)
        #expect(fetch("9", of: "HA", &tokens) && tokens.count == 7)
        #expect(!fetch("1", of: "HA", &tokens) && !fetch("9", of: "HA", &tokens))
        #expect(!fetch("other", of: "HB", &tokens))
        #expect(fetch("2", of: "HA", &tokens))
    }

    @Test func cacheHasALimitForAllCompaniesTogether() {
        var tokens = TokenCache(limits: TokenCache.Limits(ofCompany: 8_000, inTotal: 16_000))
        for number in 1...1_000 {
            #expect(fetch("1", of: "H\(number)", &tokens) && tokens.count <= 16)
        }
        #expect(!fetch("1", of: "H1000", &tokens) && fetch("1", of: "H1", &tokens))
    }

    @Test func tokenIsUsedForOneDayAtMost() throws {
        let token = try #require(
            BearerToken(Self.answer("T"), now: DispatchFixture.start))
        #expect(token.isFresh(at: DispatchFixture.start.advanced(seconds: 86_000)))
        #expect(!token.isFresh(at: DispatchFixture.start.advanced(seconds: 86_400)))
    }

    @Test func credentialsWithOtherBytesHaveAnotherToken() {
        let texts = ["\u{E9}", "e\u{301}", "e"]
        #expect(Set(texts.map { CredentialsDigest(Self.credentials($0)) }).count == 3)
        var (left, right) = (Self.credentials("a"), Self.credentials("a"))
        left.extraFields = [(name: "ab", value: "c")]
        right.extraFields = [(name: "a", value: "bc")]
        #expect(CredentialsDigest(left) != CredentialsDigest(right))
    }
}

extension TokenCache {
    fileprivate mutating func token(of id: String, company: String = "HA") -> Answer {
        let credentials = TokenTests.credentials(id)
        let key = Key(company: company, credentials: CredentialsDigest(credentials))
        return token(of: key, credentials, at: DispatchFixture.start)
    }
}
