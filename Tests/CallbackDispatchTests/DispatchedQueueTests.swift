import CivilTime
import Curl
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// The queue after attempts of a dispatcher.
@Suite struct DispatchedQueueTests {
    /// Room for `all` callbacks, and for `lane` of each endpoint.
    private struct Places: ClaimCapacity {
        var all = 1000
        var endpoint = 1000

        func available(for speed: EndpointSpeed) -> Int { speed == .fresh ? all : 0 }
        func available(for group: FairnessGroup) -> Int { all }
        func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { self.endpoint }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) { all -= 1 }
    }

    private func claim(
        _ fixture: DispatchFixture, _ room: some ClaimCapacity = Places(), owner: Int64 = 1
    ) throws -> [String] {
        try fixture.queue.claim(room, owner: owner, now: fixture.now, dueBy: fixture.now)
            .map(\.callback.callbackID)
    }

    @Test func leaseCoversExchangeAndTokenFetch() {
        let timeout = Int64(HTTPLimits.ofCallbacks.totalTimeout)
        #expect(CallbackQueue.leaseSeconds * 1000 > 2 * timeout)
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
