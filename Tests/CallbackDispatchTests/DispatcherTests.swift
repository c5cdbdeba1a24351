import CivilTime
import DeliveryLog
import EgressPolicy
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// The rules of sending, each against a receiver that does what the rule is about.
@Suite struct DispatcherTests {
    @Test func aCallbackIsDelivered() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin + "/hook")
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
        #expect(receiver.requests.first?.target == "/hook")
        #expect(try bench.attempts() == ["c-1 1 delivered 200"])
        #expect(try bench.state("c-1") == .delivered)
    }

    @Test func whatWasDeliveredIsNotSentAgain() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        for _ in 1...3 { try bench.dispatch(afterSeconds: 40_000) }
        #expect(receiver.requests.count == 1)
    }

    @Test func theSameIdAgainChangesNothing() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        #expect(try bench.accept("c-1", "c-1", "c-2") == [true, false, true])
        #expect(try bench.accept("c-0", "c-1", profile: "IN_b") == [])
        try bench.dispatch()
        #expect(try bench.accept("c-1") == [false])
        try bench.dispatch()
        #expect(receiver.requests.count == 2)
        // Another company's callback may have the same id.
        var other = DispatchFixture.callback("c-1")
        other.company = "HB"
        #expect(try bench.queue.accept([other], now: bench.now) == .taken(areNew: [true]))
    }

    /// What each answer comes to at the first attempt, with a wait of 5 s where another follows.
    struct Case: CustomTestStringConvertible, Sendable {
        let action: HTTPAction
        let record: String
        let wait: Double?

        init(_ action: HTTPAction, _ record: String, wait: Double? = 5) {
            (self.action, self.record, self.wait) = (action, record, wait)
        }

        var testDescription: String { "\(action)" }
    }

    static let answers = [
        Case(.answer(200), "delivered 200", wait: nil),
        Case(.answer(299), "delivered 299", wait: nil),
        Case(.answer(300), "retrying http_3xx 300"),
        Case(.answer(302, head: ["Location: /"]), "retrying http_3xx 302"),
        Case(.answer(404), "retrying http_4xx 404"),
        Case(.answer(410), "failed http_4xx 410", wait: nil),
        Case(.answer(429), "retrying http_4xx 429"),
        Case(.answer(503), "retrying http_5xx 503"),
        Case(.answer(600), "retrying other 600"),
        Case(.answer(503, head: ["Retry-After: 77"]), "retrying http_5xx 503", wait: 77),
        Case(
            .answer(429, head: ["Retry-After: Thu, 09 Oct 2025 08:54:20 GMT"]),
            "retrying http_4xx 429", wait: 60),
        Case(.answer(302, head: ["Retry-After: 9999"]), "retrying http_3xx 302", wait: 3600),
        Case(.stall, "retrying timeout"),
        Case(.drip(everyMilliseconds: 10), "retrying timeout 200"),
        Case(.raw("HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nab"), "retrying http_5xx 500"),
        Case(.close, "retrying connect"),
        Case(.halfClose, "retrying connect"),
        Case(.reset, "retrying connect"),
        Case(.rawAndClose("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nab"), "retrying connect 200"),
        Case(.rawAndClose("nonsense\r\n"), "retrying other"),
        Case(.huge(65_536), "delivered 200", wait: nil),
        Case(.huge(65_537), "retrying other 200"),
        Case(.huge(1_000_000), "retrying other 200"),
    ]

    @Test("each answer has its outcome, reason and wait", arguments: answers)
    func answer(row: Case) throws {
        let receiver = try ScriptedHTTPReceiver([row.action])
        let bench = try DispatchFixture(receiver.origin)
        if row.record.contains("timeout") || row.record.hasSuffix("500") { bench.whole = 3_000 }
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 " + row.record])
        guard let wait = row.wait else {
            #expect(try bench.state("c-1")?.isFinal == true)
            return
        }
        #expect(try bench.state("c-1") == .waiting)
        #expect(try bench.wait("c-1") == wait)
    }

    /// A name that no name server has to be asked about: its label is too long.
    private static let noName = String(repeating: "a", count: 64) + ".invalid"

    @Test func faultsBeforeAnAnswerHaveTheirReasons() throws {
        let port = try LoopbackListener.closedPort()
        let plain = try LoopbackListener.withoutTLS()
        let bench = try DispatchFixture()
        bench.maker.urls = [
            "connect": "http://127.0.0.1:\(port)/", "dns": "http://\(Self.noName)/",
            "tls": "https://127.0.0.1:\(plain.port)/",
        ]
        for profile in ["connect", "dns", "tls"] { try bench.accept(profile, profile: profile) }
        try bench.dispatch()
        #expect(
            Set(try bench.attempts()) == [
                "connect 1 retrying connect", "dns 1 retrying dns", "tls 1 retrying tls",
            ])
    }

    @Test func eightAttemptsAreMadeAtTheirTimes() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(500) }
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try bench.dispatch()
        for (index, wait) in [5, 30, 300, 1800, 7200, 18_000, 36_000].enumerated() {
            try bench.dispatch(afterSeconds: Int64(wait) - 1)
            #expect(receiver.requests.count == index + 1)
            try bench.dispatch(afterSeconds: 1)
            #expect(receiver.requests.count == index + 2)
        }
        let attempts = try bench.attempts()
        #expect(attempts.dropLast().allSatisfy { $0.hasSuffix("retrying http_5xx 500") })
        #expect(attempts.last == "c-1 8 failed http_5xx 500")
        #expect(try bench.state("c-1") == .failed)
        try bench.dispatch(afterSeconds: 100_000)
        #expect(receiver.requests.count == 8)
    }

    @Test func aRetryThatSucceedsIsDelivered() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try bench.dispatch()
        try bench.dispatch(afterSeconds: 5)
        #expect(try bench.attempts() == ["c-1 1 retrying http_5xx 503", "c-1 2 delivered 200"])
        #expect(receiver.requests.map(\.callbackID) == ["c-1", "c-1"])
    }

    @Test func aRedirectIsNotFollowed() throws {
        let target = try ScriptedHTTPReceiver()
        let receiver = try ScriptedHTTPReceiver([
            .answer(301, head: ["Location: \(target.origin)/"])
        ])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(target.connections == 0)
    }

    @Test func aBlockedAddressFailsAtOnce() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture("http://localhost:\(receiver.port)/")
        bench.rules = AddressGuard()
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed blocked"])
        #expect(receiver.connections == 0)
    }

    @Test func aTemplateThatFailsIsNotRetried() throws {
        let bench = try DispatchFixture()
        bench.maker.refusals = ["IN_a": (.other, "no URL")]
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed other"])
    }

    @Test func callbacksOfADisabledProfileFailWithThatReason() throws {
        let bench = try DispatchFixture()
        bench.maker.refusals = ["IN_a": (.disabled, "it is disabled")]
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed disabled"])
    }

    @Test func anEndpointThatIsGoneDisablesItsProfile() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(410)])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(bench.maker.disabled == ["IN_a"])
        #expect(bench.events.last == .disabledAsGone(DispatchFixture.attempted("c-1")))
        try bench.accept("c-2")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 failed http_4xx 410", "c-2 1 failed disabled"])
    }

    @Test func theLogHasAllThatAReportNeeds() throws {
        let receiver = try ScriptedHTTPReceiver([.after(milliseconds: 20, .ok)])
        let bench = try DispatchFixture(receiver.origin + "/path?token=canary")
        try bench.accept("c-1")
        try bench.dispatch()
        let attempt = try #require(
            bench.log.attempts(AttemptFilter(company: "HA"), limit: 1).first)
        #expect(attempt.finishedAt == bench.now)
        #expect(attempt.profileID == "IN_a")
        #expect(attempt.channel == "sms")
        #expect(attempt.event == "SMS-sent")
        #expect(attempt.method == "POST")
        #expect(attempt.origin == receiver.origin)
        #expect(try #require(attempt.durationMilliseconds) >= 20)
    }
}
