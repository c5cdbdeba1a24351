import CivilTime
import SQLite
import TestSupport
import Testing

@testable import CallbackDispatch

/// What a clock that was ahead left in the queue never keeps a callback waiting.
@Suite struct ClockTests {
    private struct Anything: ClaimRoom {
        func room(for pace: EndpointSpeed) -> Int { 1000 }
        func room(for party: Party) -> Int { 1000 }
        func room(for lane: Int64, _ pace: EndpointSpeed) -> Int { 1000 }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) {}
    }

    private static let years: Int64 = 4 * 365 * 86_400

    private func claim(_ bench: DispatchFixture, owner: Int64 = 1) throws -> [String] {
        try bench.queue.claim(Anything(), owner: owner, now: bench.now, dueBy: bench.now)
            .map(\.callback.callbackID)
    }

    /// Moves the clock for the time of a piece of work.
    @discardableResult
    private func whileAhead<Result>(
        _ bench: DispatchFixture, seconds: Int64 = years, _ work: () throws -> Result
    ) rethrows -> Result {
        let now = bench.now
        bench.now = now.advanced(seconds: seconds)
        defer { bench.now = now.advanced(seconds: 1) }
        return try work()
    }

    @Test func theLongestWaitIsTheLongestThatTheRuleGives() {
        let longest = (1...CallbackRetryRule.attempts).compactMap {
            CallbackRetryRule.nextAttempt(
                triesLeft: $0, at: Instant(seconds: 0), retryAfter: .max, jitter: 1)
        }.max()
        #expect(longest?.milliseconds == CallbackRetryRule.longestWait)
    }

    @Test func aCallbackAcceptedByAClockAheadIsDueNow() throws {
        let bench = try DispatchFixture()
        try whileAhead(bench) { try bench.accept("c-1") }
        #expect(try bench.nextWork() == bench.now)
        #expect(try claim(bench) == ["c-1"])
        #expect(try bench.nextWork() == bench.now.advanced(seconds: 60))
    }

    @Test func aWaitThatARuleCanGiveIsKept() throws {
        let bench = try DispatchFixture()
        let wait = CallbackRetryRule.longestWait / 1000
        try whileAhead(bench, seconds: wait) { try bench.accept("c-1") }
        #expect(try claim(bench) == [])
        try bench.queue.pullIn(now: bench.now)
        #expect(try claim(bench) == [])
        bench.now = bench.now.advanced(seconds: wait)
        #expect(try claim(bench) == ["c-1"])
    }

    @Test func aRetryOfAClockAheadIsSentAtOnce() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try whileAhead(bench) { try bench.dispatch() }
        try bench.dispatch()
        #expect(try bench.state("c-1") == .delivered)
    }

    @Test func aLeaseOfAClockAheadIsOver() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        #expect(try whileAhead(bench) { try claim(bench) } == ["c-1"])
        #expect(try bench.nextWork(owner: 2) == bench.now)
        #expect(try claim(bench, owner: 2) == ["c-1"])
    }

    @Test func aProcessKeepsItsOwnLeasesWhenItsClockGoesBack() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        #expect(try whileAhead(bench) { try claim(bench) } == ["c-1"])
        #expect(try claim(bench) == [])
        #expect(try bench.state("c-1") == .inFlight)
    }

    @Test func whatHidesBehindAnotherCallbackOfItsLaneIsFoundToo() throws {
        let bench = try DispatchFixture()
        try whileAhead(bench) { try bench.accept("hidden") }
        // A retry that is due in a while keeps the lane's next time near.
        try whileAhead(bench, seconds: 3600) { try bench.accept("c-1") }
        #expect(try claim(bench) == [])
        try bench.queue.pullIn(now: bench.now)
        #expect(try claim(bench) == ["hidden"])
    }

    @Test func aSuccessInTheFutureDoesNotKeepADeadEndpointEnabled() throws {
        let bench = try DispatchFixture()
        bench.maker.refusals = ["IN_a": (.other, "no URL")]
        bench.maker.enable("IN_a", at: bench.now)
        try bench.accept("first")
        try whileAhead(bench) { try bench.setLastSuccess(bench.now) }
        bench.now = bench.now.advanced(seconds: 5 * 86_400)
        for number in 1...20 { try bench.accept("c-\(number)") }
        try bench.dispatch()
        #expect(bench.maker.disabled == ["IN_a"])
    }

    @Test func aClockThatIsBehindDisablesNothing() throws {
        let bench = try DispatchFixture()
        bench.maker.refusals = ["IN_a": (.other, "no URL")]
        try bench.accept("first")
        try bench.setLastSuccess(bench.now)
        bench.maker.enable("IN_a", at: bench.now)
        bench.now = bench.now.advanced(seconds: -Self.years)
        for number in 1...20 { try bench.accept("c-\(number)") }
        try bench.dispatch()
        try bench.queue.pullIn(now: bench.now)
        #expect(bench.maker.disabled == [])
        // And it leaves nothing behind by which the right one would.
        bench.now = bench.now.advanced(seconds: Self.years + 60)
        try bench.accept("last")
        try bench.dispatch()
        #expect(bench.maker.disabled == [])
    }

    @Test func aProcessKeepsItsOwnLeasesWhenItsClockIsPutForward() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        #expect(try claim(bench) == ["c-1"])
        bench.now = bench.now.advanced(seconds: Self.years)
        #expect(try claim(bench) == [])
        #expect(try claim(bench, owner: 2) == ["c-1"])
    }

    @Test func aLimitInTheFutureKeepsNoRowFromTheLog() throws {
        let receiver = try ScriptedHTTPReceiver([.ok])
        let bench = try DispatchFixture(receiver.origin)
        try bench.log.prune(before: bench.now.advanced(seconds: Self.years))
        try bench.accept("c-1")
        try bench.dispatch()
        #expect(try bench.attempts() == ["c-1 1 delivered 200"])
    }

    @Test func aTokenOfAClockAheadIsNotUsed() throws {
        let bench = try DispatchFixture()
        let token = BearerToken(
            text: "T", since: bench.now.advanced(seconds: Self.years),
            expiresAt: bench.now.advanced(seconds: Self.years + 3600))
        #expect(!token.isFresh(at: bench.now))
    }
}

extension DispatchFixture {
    fileprivate func setLastSuccess(_ instant: Instant) throws {
        try log.database.execute(
            "UPDATE lanes SET last_success = ?", [.integer(instant.milliseconds)])
    }
}
