import CivilTime
import Curl
import Glibc
import Storage
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// The dispatch loop: when it stops, what it releases, and what wakes it up.
@Suite struct LoopTests {
    @Test func stoppingFinishesRequestsAndReleasesClaims() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .after(milliseconds: 20, .ok) }
        let fixture = try DispatchFixture(receiver.origin)
        for number in 1...2 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try fixture.dispatch()
        for number in 3...60 { try fixture.accept("c-\(number)", profile: "IN_1") }
        var turns = 0
        try fixture.dispatcher().sendDueCallbacks {
            turns += 1
            return turns > 2
        }
        let counts = try fixture.queue.counts()
        #expect(counts[.inFlight] == nil)
        #expect(counts[.delivered] == receiver.requests.count)
        #expect((3...18).contains(counts[.delivered] ?? 0))
        #expect(counts.values.reduce(0, +) == 60)
        // The rest is due immediately.
        try fixture.dispatch()
        #expect(receiver.requests.count == 60)
    }

    @Test func runSendsDueCallbacksUntilStopped() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok, .ok])
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        var asked = 0
        try fixture.dispatcher().run {
            asked += 1
            // The clock does not move until the first attempt is recorded.
            if receiver.requests.count == 1 {
                fixture.now = DispatchFixture.start.advanced(seconds: 6)
            }
            return receiver.requests.count == 2 || asked > 1000
        }
        #expect(try fixture.attempts() == ["c-1 1 retrying http_5xx 503", "c-1 2 delivered 200"])
    }

    @Test func wakerEndsTheWait() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let waker = try Wakeup()
        try fixture.accept("c-1")
        try fixture.dispatcher().run(
            until: {
                // It is signaled all the time: no step waits long, and nothing is lost.
                waker.signal()
                return receiver.requests.count == 1
            }, waker: waker)
        #expect(try fixture.state("c-1") == .delivered)
    }

    /// Without the signal, the dispatcher would not look until an hour has passed.
    @Test func signalIsHeardWhileOthersAreInFlight() throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.callbackID == "slow", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let fixture = try DispatchFixture(receiver.origin)
        let waker = try Wakeup()
        try fixture.accept("slow", profile: "IN_slow")
        let dispatcher = try fixture.dispatcher()
        dispatcher.pollTimer.interval = 3_600_000
        var accepted = 0
        let end = ContinuousClock.now + .seconds(20)
        try dispatcher.run(
            until: {
                // Recording an attempt would also claim what is due.
                let isRecorded = fixture.attemptedIDs.count == accepted && dispatcher.writing == nil
                if receiver.requests.count == accepted + 1, isRecorded, accepted < 5 {
                    accepted += 1
                    _ = try? fixture.accept("c-\(accepted)", profile: "IN_\(accepted)")
                    waker.signal()
                }
                // The end of the slow one would also claim what is due.
                let isDone =
                    receiver.requests.count == 6 || fixture.attemptedIDs.contains("slow")
                    || ContinuousClock.now > end
                if isDone { isOver.store(true, ordering: .relaxed) }
                return isDone
            }, waker: waker)
        #expect(receiver.requests.count == 6)
    }

    @Test func twoDispatchersSendEachCallbackOnce() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        for number in 1...200 { try fixture.accept("c-\(number)", profile: "IN_\(number % 40)") }
        let path = fixture.directory.path(of: "callbacks.db")
        let (now, url) = (fixture.now, receiver.origin)
        let other = OwnThread { try DispatchFixture.dispatch(path, url, now: now) }
        try fixture.dispatch()
        try other.value()
        try fixture.dispatch()
        #expect(receiver.requests.count == 200)
        #expect(Set(receiver.requests.map(\.callbackID)).count == 200)
        #expect(try fixture.queue.counts() == [.delivered: 200])
    }

    /// Returns a dispatcher that has claimed a callback and not started its request.
    private func dispatcherWithClaim(_ fixture: DispatchFixture) throws -> Dispatcher {
        try fixture.accept("c-1")
        let dispatcher = try fixture.dispatcher()
        let claims = try fixture.queue.claim(
            ClaimBudget(), owner: dispatcher.owner, now: fixture.now, dueBy: fixture.now)
        dispatcher.readyQueue.add(claims)
        return dispatcher
    }

    /// While responses are slow, a claim may wait long for a slot.
    @Test func nearlyExpiredClaimIsClaimedAgain() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let dispatcher = try dispatcherWithClaim(fixture)
        fixture.now = fixture.now.advanced(seconds: 30)
        try dispatcher.start()
        #expect(dispatcher.transfers.count == 0)
        try dispatcher.sendDueCallbacks()
        #expect(receiver.requests.count == 1)
        #expect(try fixture.queue.counts() == [.delivered: 1])
        #expect(try fixture.attempts() == ["c-1 1 delivered 200"])
    }

    @Test func claimLostToAnotherProcessIsNotSent() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let dispatcher = try dispatcherWithClaim(fixture)
        fixture.now = fixture.now.advanced(seconds: 60)
        _ = try fixture.queue.claim(ClaimBudget(), owner: 1, now: fixture.now, dueBy: fixture.now)
        try dispatcher.sendDueCallbacks()
        #expect(receiver.requests.isEmpty)
        #expect(try fixture.queue.counts() == [.inFlight: 1])
    }

    @Test func callbackInFlightAtCrashIsSentAgain() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        // A process claims it and then dies.
        _ = try fixture.queue.claim(ClaimBudget(), owner: 1, now: fixture.now, dueBy: fixture.now)
        try fixture.dispatch(afterSeconds: 59)
        #expect(receiver.requests.isEmpty)
        try fixture.dispatch(afterSeconds: 1)
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
        #expect(try fixture.attempts() == ["c-1 1 delivered 200"])
    }
}
