import CivilTime
import Storage
import TestSupport
import Testing

/// Times that a fast clock left in the queue never delay a callback.
@Suite struct QueueClockTests {
    private static let years: Int64 = 4 * 365 * 86_400

    /// Runs `work` while the clock is ahead.
    @discardableResult
    private func withClockAhead<Result>(
        _ fixture: QueueFixture, seconds: Int64 = years, _ work: () throws -> Result
    ) rethrows -> Result {
        let now = fixture.now
        fixture.now = now.advanced(seconds: seconds)
        defer { fixture.now = now.advanced(seconds: 1) }
        return try work()
    }

    @Test func longestWaitMatchesRule() {
        let longest = (1...CallbackRetryRule.attempts).compactMap {
            CallbackRetryRule.nextAttempt(
                triesLeft: $0, at: Instant(seconds: 0), retryAfter: .max, jitter: 1)
        }.max()
        #expect(longest?.milliseconds == CallbackRetryRule.longestWait)
    }

    @Test func callbackAcceptedByFastClockIsDueNow() throws {
        let fixture = try QueueFixture()
        try withClockAhead(fixture) { try fixture.accept("c-1") }
        #expect(try fixture.nextWork() == fixture.now)
        #expect(try fixture.claim() == ["c-1"])
        #expect(try fixture.nextWork() == fixture.now.advanced(seconds: 60))
    }

    @Test func validDelayIsKept() throws {
        let fixture = try QueueFixture()
        let wait = CallbackRetryRule.longestWait / 1000
        try withClockAhead(fixture, seconds: wait) { try fixture.accept("c-1") }
        #expect(try fixture.claim() == [])
        try fixture.queue.resetFutureDueTimes(now: fixture.now)
        #expect(try fixture.claim() == [])
        fixture.now = fixture.now.advanced(seconds: wait)
        #expect(try fixture.claim() == ["c-1"])
    }

    @Test func leaseSetByFastClockIsExpired() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        #expect(try withClockAhead(fixture) { try fixture.claim() } == ["c-1"])
        #expect(try fixture.nextWork(owner: 2) == fixture.now)
        #expect(try fixture.claim(owner: 2) == ["c-1"])
    }

    @Test func ownLeasesSurviveClockSetBack() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        #expect(try withClockAhead(fixture) { try fixture.claim() } == ["c-1"])
        #expect(try fixture.claim() == [])
        #expect(try fixture.state("c-1") == .inFlight)
    }

    @Test func hiddenFutureCallbackIsFound() throws {
        let fixture = try QueueFixture()
        try withClockAhead(fixture) { try fixture.accept("hidden") }
        // A retry that is due soon keeps the queue's next due time near.
        try withClockAhead(fixture, seconds: 3600) { try fixture.accept("c-1") }
        #expect(try fixture.claim() == [])
        try fixture.queue.resetFutureDueTimes(now: fixture.now)
        #expect(try fixture.claim() == ["hidden"])
    }

    @Test func ownLeasesSurviveClockSetForward() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        #expect(try fixture.claim() == ["c-1"])
        fixture.now = fixture.now.advanced(seconds: Self.years)
        #expect(try fixture.claim() == [])
        #expect(try fixture.claim(owner: 2) == ["c-1"])
    }
}
