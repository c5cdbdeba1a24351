import CivilTime
import Glibc
import TestSupport
import Testing

@testable import CallbackDispatch

/// The loop itself: when it stops, what it gives back, and what wakes it.
@Suite struct LoopTests {
    @Test func whoStopsFinishesWhatIsUnderWayAndGivesBackTheRest() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .after(milliseconds: 20, .ok) }
        let bench = try DispatchFixture(receiver.origin)
        for number in 1...2 { try bench.accept("c-\(number)", profile: "IN_\(number)") }
        try bench.dispatch()
        for number in 3...60 { try bench.accept("c-\(number)", profile: "IN_1") }
        var turns = 0
        try bench.dispatcher().sendWhatIsDue {
            turns += 1
            return turns > 2
        }
        let counts = try bench.queue.counts()
        #expect(counts[.inFlight] == nil)
        #expect(counts[.delivered] == receiver.requests.count)
        #expect((3...18).contains(counts[.delivered] ?? 0))
        #expect(counts.values.reduce(0, +) == 60)
        // The rest is due at once.
        try bench.dispatch()
        #expect(receiver.requests.count == 60)
    }

    @Test func itSendsWhatBecomesDueUntilItIsStopped() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(503), .ok, .ok])
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        var asked = 0
        try bench.dispatcher().run {
            asked += 1
            // The clock stands still until the first attempt is written down.
            if receiver.requests.count == 1 {
                bench.now = DispatchFixture.start.advanced(seconds: 6)
            }
            return receiver.requests.count == 2 || asked > 1000
        }
        #expect(try bench.attempts() == ["c-1 1 retrying http_5xx 503", "c-1 2 delivered 200"])
    }

    @Test func aWakerEndsTheWait() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        defer { ends.forEach { close($0) } }
        try bench.accept("c-1")
        try bench.dispatcher().run(
            until: {
                // Readable from now on: no turn waits, and still nothing is lost.
                write(ends[1], "x", 1)
                return receiver.requests.count == 1
            }, waker: ends[0])
        #expect(try bench.state("c-1") == .delivered)
    }

    @Test func twoAtOnceSendEachCallbackOnce() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        for number in 1...200 { try bench.accept("c-\(number)", profile: "IN_\(number % 40)") }
        let path = bench.directory.path(of: "callbacks.db")
        let (now, url) = (bench.now, receiver.origin)
        let other = OwnThread { try DispatchFixture.dispatch(path, url, now: now) }
        try bench.dispatch()
        try other.value()
        try bench.dispatch()
        #expect(receiver.requests.count == 200)
        #expect(Set(receiver.requests.map(\.callbackID)).count == 200)
        #expect(try bench.queue.counts() == [.delivered: 200])
    }

    /// It has claimed a callback and not yet begun to send it.
    private func dispatcherWithAClaim(_ bench: DispatchFixture) throws -> Dispatcher {
        try bench.accept("c-1")
        let dispatcher = try bench.dispatcher()
        let claims = try bench.queue.claim(
            ClaimBudget(), owner: dispatcher.owner, now: bench.now, dueBy: bench.now)
        dispatcher.backlog.add(claims)
        return dispatcher
    }

    /// Where answers take long, a claim may have to wait for its place until then.
    @Test func aClaimWhoseLeaseIsNearlyOverIsTakenAnew() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        let dispatcher = try dispatcherWithAClaim(bench)
        bench.now = bench.now.advanced(seconds: 30)
        try dispatcher.start()
        #expect(dispatcher.transfers.count == 0)
        try dispatcher.sendWhatIsDue()
        #expect(receiver.requests.count == 1)
        #expect(try bench.queue.counts() == [.delivered: 1])
        #expect(try bench.attempts() == ["c-1 1 delivered 200"])
    }

    @Test func aClaimThatSomebodyElseHasByNowIsLeftToThem() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        let dispatcher = try dispatcherWithAClaim(bench)
        bench.now = bench.now.advanced(seconds: 60)
        _ = try bench.queue.claim(ClaimBudget(), owner: 1, now: bench.now, dueBy: bench.now)
        try dispatcher.sendWhatIsDue()
        #expect(receiver.requests.isEmpty)
        #expect(try bench.queue.counts() == [.inFlight: 1])
    }

    @Test func whatWasInFlightAtACrashIsSentAgainWithItsId() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        // A process that takes it, and is never heard of again.
        _ = try bench.queue.claim(ClaimBudget(), owner: 1, now: bench.now, dueBy: bench.now)
        try bench.dispatch(afterSeconds: 59)
        #expect(receiver.requests.isEmpty)
        try bench.dispatch(afterSeconds: 1)
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
        #expect(try bench.attempts() == ["c-1 1 delivered 200"])
    }
}
