import CivilTime
import DeliveryLog
import EgressPolicy
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// The dispatch rules, each against a receiver that triggers the rule.
@Suite struct DispatcherTests {
    @Test func callbackIsDelivered() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin + "/hook")
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
        #expect(receiver.requests.first?.target == "/hook")
        #expect(try fixture.attempts() == ["c-1 1 delivered 200"])
        #expect(try fixture.state("c-1") == .delivered)
    }

    @Test func deliveredCallbackIsNotSentAgain() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        for _ in 1...3 { try fixture.dispatch(afterSeconds: 40_000) }
        #expect(receiver.requests.count == 1)
    }

    @Test func repeatedIDChangesNothing() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        #expect(try fixture.accept("c-1", "c-1", "c-2") == [true, false, true])
        #expect(try fixture.accept("c-0", "c-1", profile: "IN_b") == [])
        try fixture.dispatch()
        #expect(try fixture.accept("c-1") == [false])
        try fixture.dispatch()
        #expect(receiver.requests.count == 2)
        // Another company may use the same ID.
        var other = DispatchFixture.callback("c-1")
        other.company = "HB"
        #expect(try fixture.queue.accept([other], now: fixture.now) == .taken(areNew: [true]))
    }

    /// The result of a first attempt, and the delay before the next one, which is 5 s by default.
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

    @Test("each response has its outcome, reason and retry delay", arguments: answers)
    func answer(row: Case) throws {
        let receiver = try ScriptedHTTPReceiver([row.action])
        let fixture = try DispatchFixture(receiver.origin)
        if row.record.contains("timeout") || row.record.hasSuffix("500") {
            fixture.totalTimeout = 3_000
        }
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 " + row.record])
        guard let wait = row.wait else {
            #expect(try fixture.state("c-1")?.isFinal == true)
            return
        }
        #expect(try fixture.state("c-1") == .waiting)
        #expect(try fixture.wait("c-1") == wait)
    }

    /// A host name that fails without a DNS query, because its label is too long.
    private static let noName = String(repeating: "a", count: 64) + ".invalid"

    @Test func faultsWithoutResponseHaveTheirReasons() throws {
        let port = try LoopbackListener.closedPort()
        let plain = try LoopbackListener.withoutTLS()
        let fixture = try DispatchFixture()
        fixture.builder.urls = [
            "connect": "http://127.0.0.1:\(port)/", "dns": "http://\(Self.noName)/",
            "tls": "https://127.0.0.1:\(plain.port)/",
        ]
        for profile in ["connect", "dns", "tls"] { try fixture.accept(profile, profile: profile) }
        try fixture.dispatch()
        #expect(
            Set(try fixture.attempts()) == [
                "connect 1 retrying connect", "dns 1 retrying dns", "tls 1 retrying tls",
            ])
    }

    @Test func eightAttemptsFollowTheSchedule() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(500) }
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try fixture.dispatch()
        for (index, wait) in [5, 30, 300, 1800, 7200, 18_000, 36_000].enumerated() {
            try fixture.dispatch(afterSeconds: Int64(wait) - 1)
            #expect(receiver.requests.count == index + 1)
            try fixture.dispatch(afterSeconds: 1)
            #expect(receiver.requests.count == index + 2)
        }
        let attempts = try fixture.attempts()
        #expect(attempts.dropLast().allSatisfy { $0.hasSuffix("retrying http_5xx 500") })
        #expect(attempts.last == "c-1 8 failed http_5xx 500")
        #expect(try fixture.state("c-1") == .failed)
        try fixture.dispatch(afterSeconds: 100_000)
        #expect(receiver.requests.count == 8)
    }

    @Test func successfulRetryIsDelivered() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try fixture.dispatch()
        try fixture.dispatch(afterSeconds: 5)
        #expect(try fixture.attempts() == ["c-1 1 retrying http_5xx 503", "c-1 2 delivered 200"])
        #expect(receiver.requests.map(\.callbackID) == ["c-1", "c-1"])
    }

    @Test func redirectIsNotFollowed() throws {
        let target = try ScriptedHTTPReceiver()
        let receiver = try ScriptedHTTPReceiver([
            .answer(301, head: ["Location: \(target.origin)/"])
        ])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(target.connections == 0)
    }

    @Test func blockedAddressFailsWithoutRetry() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture("http://localhost:\(receiver.port)/")
        fixture.rules = AddressGuard()
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed blocked"])
        #expect(receiver.connections == 0)
    }

    @Test func failedTemplateIsNotRetried() throws {
        let fixture = try DispatchFixture()
        fixture.builder.refusals = ["IN_a": (.other, "no URL")]
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed other"])
    }

    @Test func callbacksOfADisabledProfileFailWithThatReason() throws {
        let fixture = try DispatchFixture()
        fixture.builder.refusals = ["IN_a": (.disabled, "the profile is disabled")]
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed disabled"])
    }

    @Test func goneEndpointDisablesItsProfile() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(410)])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(fixture.builder.disabled == ["IN_a"])
        #expect(fixture.events.last == .disabledAsGone(DispatchFixture.attempted("c-1")))
        try fixture.accept("c-2")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 failed http_4xx 410", "c-2 1 failed disabled"])
    }

    @Test func logContainsEveryReportField() throws {
        let receiver = try ScriptedHTTPReceiver([.after(milliseconds: 20, .ok)])
        let fixture = try DispatchFixture(receiver.origin + "/path?token=canary")
        try fixture.accept("c-1")
        try fixture.dispatch()
        let attempt = try #require(
            fixture.log.attempts(AttemptFilter(company: "HA"), limit: 1).first)
        #expect(attempt.finishedAt == fixture.now)
        #expect(attempt.profileID == "IN_a")
        #expect(attempt.channel == "sms")
        #expect(attempt.event == "SMS-sent")
        #expect(attempt.method == "POST")
        #expect(attempt.origin == receiver.origin)
        #expect(try #require(attempt.durationMilliseconds) >= 20)
    }
}
