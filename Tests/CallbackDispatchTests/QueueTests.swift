import CivilTime
import Curl
import SQLite
import Storage
import StorageErrors
import TestSupport
import Testing

@testable import CallbackDispatch

/// The queue without a dispatcher: claims, leases, and releases.
@Suite struct QueueTests {
    /// Room for `all` callbacks, and for `lane` of each endpoint.
    private struct Places: ClaimRoom {
        var all = 1000
        var endpoint = 1000

        func room(for speed: EndpointSpeed) -> Int { speed == .fresh ? all : 0 }
        func room(for group: FairnessGroup) -> Int { all }
        func room(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { self.endpoint }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) { all -= 1 }
    }

    private func claim(
        _ fixture: DispatchFixture, _ room: some ClaimRoom = Places(), owner: Int64 = 1
    ) throws -> [String] {
        try fixture.queue.claim(room, owner: owner, now: fixture.now, dueBy: fixture.now)
            .map(\.callback.callbackID)
    }

    @Test func callbackIsClaimedOnce() throws {
        let fixture = try DispatchFixture()
        try fixture.accept("c-1", "c-2")
        #expect(try claim(fixture) == ["c-1", "c-2"])
        #expect(try claim(fixture, owner: 2) == [])
        #expect(try fixture.state("c-1") == .inFlight)
    }

    @Test func expiredLeaseReleasesCallback() throws {
        let fixture = try DispatchFixture()
        try fixture.accept("c-1")
        #expect(try claim(fixture) == ["c-1"])
        fixture.now = fixture.now.advanced(milliseconds: 59_999)
        #expect(try claim(fixture, owner: 2) == [])
        fixture.now = fixture.now.advanced(milliseconds: 1)
        #expect(try claim(fixture, owner: 2) == ["c-1"])
    }

    @Test func leaseCoversExchangeAndTokenFetch() {
        let timeout = Int64(HTTPLimits.ofCallbacks.totalTimeout)
        #expect(CallbackQueue.leaseSeconds * 1000 > 2 * timeout)
    }

    @Test func lostLeaseChangesNothing() throws {
        let fixture = try DispatchFixture()
        try fixture.accept("c-1")
        let first = try fixture.queue.claim(
            Places(), owner: 1, now: fixture.now, dueBy: fixture.now)
        fixture.now = fixture.now.advanced(seconds: 61)
        #expect(try claim(fixture, owner: 2) == ["c-1"])
        let late = FinishedAttempt(
            claim: try #require(first.first), at: fixture.now,
            verdict: AttemptResult(.timeout, isWorthRetrying: false))
        try fixture.log.write { (writer) throws(StorageError) in
            try fixture.queue.finish([late], owner: 1, &writer)
        }
        #expect(try fixture.state("c-1") == .inFlight)
        #expect(try fixture.attempts() == [])
    }

    @Test func releasedCallbackIsDueAtOnce() throws {
        let fixture = try DispatchFixture()
        try fixture.accept("c-1")
        let claims = try fixture.queue.claim(
            Places(), owner: 1, now: fixture.now, dueBy: fixture.now)
        try fixture.queue.release(claims, owner: 2)
        #expect(try fixture.state("c-1") == .inFlight)
        try fixture.queue.release(claims, owner: 1)
        #expect(try claim(fixture) == ["c-1"])
    }

    @Test func claimRespectsRoomPerEndpoint() throws {
        let fixture = try DispatchFixture()
        for number in 1...5 { try fixture.accept("a-\(number)", profile: "IN_a") }
        fixture.now = fixture.now.advanced(seconds: 1)
        for number in 1...5 { try fixture.accept("b-\(number)", profile: "IN_b") }
        fixture.now = fixture.now.advanced(seconds: 1)
        try fixture.accept("c-1", profile: "IN_c")
        #expect(try claim(fixture, Places(all: 4, endpoint: 2)) == ["a-1", "a-2", "b-1", "b-2"])
        // The remaining callbacks of the first endpoint are still the oldest.
        #expect(try claim(fixture, Places(all: 4, endpoint: 2)) == ["a-3", "a-4", "b-3", "b-4"])
    }

    @Test func nothingIsClaimedBeforeItIsDue() throws {
        let fixture = try DispatchFixture()
        try fixture.accept("c-1")
        #expect(try fixture.nextWork() == fixture.now)
        fixture.now = fixture.now.advanced(milliseconds: -1)
        #expect(try claim(fixture) == [])
    }

    @Test func nextWorkIsLeaseExpiryWhenAllIsClaimed() throws {
        let fixture = try DispatchFixture()
        #expect(try fixture.nextWork() == nil)
        try fixture.accept("c-1")
        _ = try claim(fixture)
        #expect(try fixture.nextWork() == fixture.now.advanced(seconds: 60))
    }

    /// With a million waiting callbacks, a claim must not read more rows than it takes.
    @Test func everyClaimStatementUsesAnIndex() throws {
        let fixture = try DispatchFixture()
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
            let plan = try fixture.log.database.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("INDEX") }, "\(plan)")
        }
    }

    @Test func finishedCallbackIsReplayedOnce() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(500)])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        #expect(
            try fixture.queue.replay("c-1", company: "HA", now: fixture.now) == .notFinal(.waiting))
        #expect(try fixture.queue.replay("c-2", company: "HA", now: fixture.now) == .unknown)
        #expect(try fixture.queue.replay("c-1", company: "HB", now: fixture.now) == .unknown)
        try fixture.dispatch()
        #expect(try fixture.queue.replay("c-1", company: "HA", now: fixture.now) == .queued)
        try fixture.dispatch(afterSeconds: 1)
        // One more attempt, and no retry after it.
        #expect(try fixture.attempts() == ["c-1 1 delivered 200", "c-1 2 failed http_5xx 500"])
        #expect(try fixture.state("c-1") == .failed)
    }

    @Test func onlyCallbacksFinishedBeforeLimitArePruned() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(500), .ok])
        let fixture = try DispatchFixture(receiver.origin)
        for id in ["old", "waiting", "new"] {
            try fixture.accept(id)
            try fixture.dispatch()
            if id == "old" { fixture.now = fixture.now.advanced(milliseconds: 1) }
        }
        #expect(try fixture.queue.prune(before: DispatchFixture.start).callbacks == 0)
        #expect(try fixture.queue.prune(before: fixture.now).callbacks == 1)
        #expect(try fixture.state("old") == nil)
        #expect(try fixture.state("waiting") == .waiting)
        #expect(try fixture.state("new") == .delivered)
        #expect(try fixture.log.database.integer("SELECT count(*) FROM exchanges") == 2)
    }

    @Test func countsAndDepthMatchStates() throws {
        let receiver = try ScriptedHTTPReceiver([.ok, .answer(410)])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        try fixture.dispatch()
        try fixture.accept("c-2")
        try fixture.dispatch()
        try fixture.accept("c-3", profile: "IN_b")
        _ = try claim(fixture)
        fixture.now = fixture.now.advanced(seconds: 1)
        try fixture.accept("c-4", profile: "IN_c")
        fixture.now = fixture.now.advanced(seconds: 1)
        #expect(
            try fixture.queue.counts() == [.delivered: 1, .failed: 1, .inFlight: 1, .waiting: 1])
        let depth = try fixture.queue.depth(now: fixture.now)
        #expect(depth.waiting == 1)
        #expect(depth.inFlight == 1)
        #expect(depth.oldestDue == fixture.now.advanced(seconds: -1))
    }
}
