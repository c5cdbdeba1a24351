import CivilTime
import DeliveryLog
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// Times that a fast clock left in the queue never delay a callback.
@Suite struct ClockTests {
    private static let years: Int64 = 4 * 365 * 86_400

    /// Runs `work` while the clock is ahead.
    @discardableResult
    private func withClockAhead<Result>(
        _ fixture: DispatchFixture, seconds: Int64 = years, _ work: () throws -> Result
    ) rethrows -> Result {
        let now = fixture.now
        fixture.now = now.advanced(seconds: seconds)
        defer { fixture.now = now.advanced(seconds: 1) }
        return try work()
    }

    @Test func retrySetByFastClockIsSentAtOnce() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try withClockAhead(fixture) { try fixture.dispatch() }
        try fixture.dispatch()
        #expect(try fixture.state("c-1") == .delivered)
    }

    @Test func futureSuccessDoesNotKeepDeadEndpointEnabled() throws {
        let fixture = try DispatchFixture()
        fixture.builder.refusals = ["IN_a": (.other, "no URL")]
        fixture.builder.enable("IN_a", at: fixture.now)
        try fixture.accept("first")
        try withClockAhead(fixture) { try fixture.setLastSuccess(fixture.now) }
        fixture.now = fixture.now.advanced(seconds: 5 * 86_400)
        for number in 1...20 { try fixture.accept("c-\(number)") }
        try fixture.dispatch()
        #expect(fixture.builder.disabled == ["IN_a"])
    }

    @Test func slowClockDisablesNothing() throws {
        let fixture = try DispatchFixture()
        fixture.builder.refusals = ["IN_a": (.other, "no URL")]
        try fixture.accept("first")
        try fixture.setLastSuccess(fixture.now)
        fixture.builder.enable("IN_a", at: fixture.now)
        fixture.now = fixture.now.advanced(seconds: -Self.years)
        for number in 1...20 { try fixture.accept("c-\(number)") }
        try fixture.dispatch()
        try fixture.queue.resetFutureDueTimes(now: fixture.now)
        #expect(fixture.builder.disabled == [])
        // It also leaves nothing behind that would disable the profile later.
        fixture.now = fixture.now.advanced(seconds: Self.years + 60)
        try fixture.accept("last")
        try fixture.dispatch()
        #expect(fixture.builder.disabled == [])
    }

    @Test func futurePruneLimitKeepsNewRows() throws {
        let receiver = try ScriptedHTTPReceiver([.ok])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.log.prune(before: fixture.now.advanced(seconds: Self.years))
        try fixture.accept("c-1")
        try fixture.dispatch()
        #expect(try fixture.attempts() == ["c-1 1 delivered 200"])
    }

    @Test func tokenFetchedByFastClockIsNotUsed() throws {
        let fixture = try DispatchFixture()
        let token = BearerToken(
            text: "T", since: fixture.now.advanced(seconds: Self.years),
            expiresAt: fixture.now.advanced(seconds: Self.years + 3600))
        #expect(!token.isFresh(at: fixture.now))
    }
}

extension DispatchFixture {
    fileprivate func setLastSuccess(_ instant: Instant) throws {
        try log.database.execute(
            "UPDATE lanes SET last_success = ?", [.integer(instant.milliseconds)])
    }
}
