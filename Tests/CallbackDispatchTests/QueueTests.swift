import CivilTime
import Curl
import SQLite
import TestSupport
import Testing

@testable import CallbackDispatch

/// The queue by itself: what is taken, by whom, and when it comes back.
@Suite struct QueueTests {
    /// Room for so many, and so many of each lane.
    private struct Places: ClaimRoom {
        var all = 1000
        var lane = 1000

        func room(for pace: EndpointSpeed) -> Int { pace == .fresh ? all : 0 }
        func room(for party: Party) -> Int { all }
        func room(for lane: Int64, _ pace: EndpointSpeed) -> Int { self.lane }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) { all -= 1 }
    }

    private func claim(
        _ bench: DispatchFixture, _ room: some ClaimRoom = Places(), owner: Int64 = 1
    ) throws -> [String] {
        try bench.queue.claim(room, owner: owner, now: bench.now, dueBy: bench.now)
            .map(\.callback.callbackID)
    }

    @Test func whatIsTakenIsTakenOnce() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1", "c-2")
        #expect(try claim(bench) == ["c-1", "c-2"])
        #expect(try claim(bench, owner: 2) == [])
        #expect(try bench.state("c-1") == .inFlight)
    }

    @Test func aLeaseThatRunsOutGivesTheCallbackBack() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        #expect(try claim(bench) == ["c-1"])
        bench.now = bench.now.advanced(milliseconds: 59_999)
        #expect(try claim(bench, owner: 2) == [])
        bench.now = bench.now.advanced(milliseconds: 1)
        #expect(try claim(bench, owner: 2) == ["c-1"])
    }

    @Test func theLeaseIsLongerThanAnExchangeWithItsToken() {
        let whole = Int64(HTTPLimits.ofCallbacks.whole)
        #expect(CallbackQueue.leaseSeconds * 1000 > 2 * whole)
    }

    @Test func whoLostTheLeaseChangesNothing() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        let first = try bench.queue.claim(
            Places(), owner: 1, now: bench.now, dueBy: bench.now)
        bench.now = bench.now.advanced(seconds: 61)
        #expect(try claim(bench, owner: 2) == ["c-1"])
        let late = FinishedAttempt(
            claim: try #require(first.first), at: bench.now,
            verdict: AttemptResult(.timeout, isWorthRetrying: false))
        try bench.log.write { (writer) throws(DatabaseError) in
            try bench.queue.finish([late], owner: 1, &writer)
        }
        #expect(try bench.state("c-1") == .inFlight)
        #expect(try bench.attempts() == [])
    }

    @Test func whatIsGivenBackIsDueAtOnce() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        let claims = try bench.queue.claim(
            Places(), owner: 1, now: bench.now, dueBy: bench.now)
        try bench.queue.release(claims, owner: 2)
        #expect(try bench.state("c-1") == .inFlight)
        try bench.queue.release(claims, owner: 1)
        #expect(try claim(bench) == ["c-1"])
    }

    @Test func noLaneIsTakenFromBeyondItsRoom() throws {
        let bench = try DispatchFixture()
        for number in 1...5 { try bench.accept("a-\(number)", profile: "IN_a") }
        bench.now = bench.now.advanced(seconds: 1)
        for number in 1...5 { try bench.accept("b-\(number)", profile: "IN_b") }
        bench.now = bench.now.advanced(seconds: 1)
        try bench.accept("c-1", profile: "IN_c")
        #expect(try claim(bench, Places(all: 4, lane: 2)) == ["a-1", "a-2", "b-1", "b-2"])
        // What is left of the first is still the oldest.
        #expect(try claim(bench, Places(all: 4, lane: 2)) == ["a-3", "a-4", "b-3", "b-4"])
    }

    @Test func nothingIsTakenBeforeItIsDue() throws {
        let bench = try DispatchFixture()
        try bench.accept("c-1")
        #expect(try bench.nextWork() == bench.now)
        bench.now = bench.now.advanced(milliseconds: -1)
        #expect(try claim(bench) == [])
    }

    @Test func theNextWorkIsTheEndOfALeaseWhenAllIsTaken() throws {
        let bench = try DispatchFixture()
        #expect(try bench.nextWork() == nil)
        try bench.accept("c-1")
        _ = try claim(bench)
        #expect(try bench.nextWork() == bench.now.advanced(seconds: 60))
    }

    /// With a million waiting a claim must not read more than it takes.
    @Test func everyStatementOfAClaimUsesAnIndex() throws {
        let bench = try DispatchFixture()
        let statements = [
            "SELECT id FROM lanes WHERE pace = 1 AND next_due <= 5 ORDER BY next_due LIMIT 257",
            """
            SELECT company, next_due FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = 1 AND company > 'A' AND next_due IS NOT NULL
            ORDER BY company, next_due LIMIT 1
            """,
            """
            SELECT id FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = 1 AND company = 'A' AND next_due <= 5 ORDER BY next_due
            """,
            """
            SELECT id FROM callbacks INDEXED BY callbacks_waiting
            WHERE lane = 1 AND state = 0 AND due <= 5 ORDER BY due LIMIT 8
            """,
            """
            SELECT min(due) FROM callbacks INDEXED BY callbacks_waiting
            WHERE lane = 1 AND state = 0
            """,
            "SELECT id, lane, due FROM callbacks WHERE state = 1 AND lease_until <= 5",
            "SELECT 1 FROM lanes WHERE pace = 0 AND next_due > 5",
            "SELECT min(lease_until) FROM callbacks WHERE state = 1",
            "SELECT min(next_due) AS at FROM lanes WHERE pace = 0 AND next_due IS NOT NULL",
        ]
        for sql in statements {
            let plan = try bench.log.database.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("INDEX") }, "\(plan)")
        }
    }

    @Test func aFinalCallbackIsReplayedOnce() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(500)])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        #expect(try bench.queue.replay("c-1", company: "HA", now: bench.now) == .notFinal(.waiting))
        #expect(try bench.queue.replay("c-2", company: "HA", now: bench.now) == .unknown)
        #expect(try bench.queue.replay("c-1", company: "HB", now: bench.now) == .unknown)
        try bench.dispatch()
        #expect(try bench.queue.replay("c-1", company: "HA", now: bench.now) == .queued)
        try bench.dispatch(afterSeconds: 1)
        // One attempt more, and no other follows it.
        #expect(try bench.attempts() == ["c-1 1 delivered 200", "c-1 2 failed http_5xx 500"])
        #expect(try bench.state("c-1") == .failed)
    }

    @Test func onlyWhatWasOverBeforeTheLimitIsPruned() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(500), .ok])
        let bench = try DispatchFixture(receiver.origin)
        for id in ["old", "waiting", "new"] {
            try bench.accept(id)
            try bench.dispatch()
            if id == "old" { bench.now = bench.now.advanced(milliseconds: 1) }
        }
        #expect(try bench.queue.prune(before: DispatchFixture.start).callbacks == 0)
        #expect(try bench.queue.prune(before: bench.now).callbacks == 1)
        #expect(try bench.state("old") == nil)
        #expect(try bench.state("waiting") == .waiting)
        #expect(try bench.state("new") == .delivered)
        #expect(try bench.log.database.integer("SELECT count(*) FROM exchanges") == 2)
    }

    @Test func countsAndDepthAreThoseOfTheStates() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(410)])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        try bench.dispatch()
        try bench.accept("c-2")
        try bench.dispatch()
        try bench.accept("c-3", profile: "IN_b")
        _ = try claim(bench)
        bench.now = bench.now.advanced(seconds: 1)
        try bench.accept("c-4", profile: "IN_c")
        bench.now = bench.now.advanced(seconds: 1)
        #expect(
            try bench.queue.counts() == [.delivered: 1, .failed: 1, .inFlight: 1, .waiting: 1])
        let depth = try bench.queue.depth(now: bench.now)
        #expect(depth.waiting == 1)
        #expect(depth.inFlight == 1)
        #expect(depth.oldestDue == bench.now.advanced(seconds: -1))
    }
}
