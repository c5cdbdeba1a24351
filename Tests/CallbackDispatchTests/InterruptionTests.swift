import CivilTime
import Glibc
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// A file that cannot be read or written for a while: what was sent is not sent again.
@Suite struct InterruptionTests {
    /// Thirty endpoints that are known to answer quickly, and more callbacks for each.
    private func bench(_ receiver: ScriptedHTTPReceiver, callbacks: Int) throws -> DispatchFixture {
        let bench = try DispatchFixture(receiver.origin)
        for number in 1...30 { try bench.accept("a-\(number)", profile: "IN_\(number)") }
        try bench.dispatch()
        for number in 1...callbacks {
            try bench.accept("c-\(number)", profile: "IN_\(number % 30 + 1)")
        }
        return bench
    }

    private func isInterruption(_ event: DispatchEvent) -> Bool {
        if case .interrupted = event { true } else { false }
    }

    /// Another program holds the file until all answers are in, and for longer than the leases last.
    @Test func answersAreKeptWhileAnotherProgramHoldsTheFile() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try bench(receiver, callbacks: 300)
        let other = try Database(path: bench.directory.path(of: "callbacks.db"))
        let dispatcher = try bench.dispatcher(writing: bench.impatientOpening)
        try dispatcher.sendWhatIsDue {
            let count = receiver.requests.count
            if count > 60, count < 330, other.isIdle { try? other.begin() }
            // What it does not hold it cannot send, so the end may come before 330.
            if dispatcher.interruption != nil, dispatcher.transfers.count == 0, !other.isIdle {
                bench.now = bench.now.advanced(seconds: 300)
                other.rollBack()
            }
            return false
        }
        #expect(bench.events.contains(where: isInterruption))
        #expect(bench.events.contains(.resumed))
        #expect(receiver.requests.count == 330)
        #expect(try bench.queue.counts() == [.delivered: 330])
        #expect(try bench.attempts().count == 330)
    }

    @Test func noMoreIsSentThanCanBeKept() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try bench(receiver, callbacks: 1_500)
        let other = try Database(path: bench.directory.path(of: "callbacks.db"))
        let dispatcher = try bench.dispatcher(writing: bench.impatientOpening)
        var most = 0
        try dispatcher.sendWhatIsDue {
            if receiver.requests.count > 30, other.isIdle, most == 0 { try? other.begin() }
            most = max(most, dispatcher.finished.count)
            if dispatcher.interruption != nil, dispatcher.transfers.count == 0, !other.isIdle {
                other.rollBack()
            }
            return false
        }
        #expect((100...2048).contains(most))
        #expect(receiver.requests.count == 1_530)
        #expect(try bench.queue.counts() == [.delivered: 1_530])
    }

    /// As after a machine was suspended, or its clock set.
    @Test func whatIsInFlightIsNotTakenAgainWhenItsLeaseEnds() throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.callbackID == "c-1", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("c-1")
        var others: [String] = []
        try bench.dispatcher().run {
            if receiver.requests.count == 1, others.isEmpty {
                bench.now = bench.now.advanced(seconds: 600)
                _ = try? bench.accept("c-2", profile: "IN_b")
                others = ["none"]
            }
            guard receiver.requests.count > 1 else { return false }
            // Neither this one nor another process takes it.
            let taken = try? bench.queue.claim(
                ClaimBudget(), owner: 1, now: bench.now.advanced(seconds: 50), dueBy: bench.now)
            others = (taken ?? []).map(\.callback.callbackID)
            isOver.store(true, ordering: .relaxed)
            return true
        }
        #expect(others.isEmpty)
        #expect(receiver.requests.compactMap(\.callbackID) == ["c-1", "c-2"])
        #expect(try bench.queue.counts() == [.delivered: 2])
    }

    @Test func whoStopsWhileTheFileIsHeldEndsInTime() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try bench(receiver, callbacks: 30)
        let other = try Database(path: bench.directory.path(of: "callbacks.db"))
        let dispatcher = try bench.dispatcher(writing: bench.impatientOpening)
        dispatcher.longestStop = .milliseconds(100)
        let error = try #require(throws: StoppedUnwritten.self) {
            try dispatcher.run {
                guard receiver.requests.count > 30 else { return false }
                if other.isIdle { try? other.begin() }
                return dispatcher.interruption != nil && dispatcher.transfers.count == 0
            }
        }
        #expect(error.description.contains("their callbacks are sent again: "))
        other.rollBack()
        try bench.dispatch(afterSeconds: 60)
        #expect(try bench.queue.counts() == [.delivered: 60])
    }

    /// One row of the file is damaged, and those beside it are not.
    @Test func anAnswerThatCannotBeWrittenKeepsNoOtherFromIt() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        for number in 1...20 { try bench.accept("c-\(number)", profile: "IN_\(number)") }
        try bench.log.database.executeAll(
            """
            CREATE TRIGGER damage BEFORE INSERT ON exchanges
            WHEN new.callback = (SELECT id FROM callbacks WHERE callback_id = 'c-7')
            BEGIN SELECT RAISE(ABORT, 'damaged'); END;
            """)
        try bench.dispatch()
        #expect(try bench.queue.counts() == [.delivered: 19, .inFlight: 1])
        #expect(try bench.attempts().count == 19)
        let unwritable = bench.events.compactMap { event -> String? in
            if case .unwritable(let callback, _) = event { callback.callbackID } else { nil }
        }
        #expect(unwritable == ["c-7"])
    }

    private struct Damaged: Error {}

    @Test func aProfileThatCannotBeReadFailsItsOwnCallbacksOnly() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        bench.maker.errors["IN_1"] = Damaged()
        for number in 1...3 { try bench.accept("c-\(number)", profile: "IN_\(number)") }
        try bench.dispatch()
        #expect(
            Set(try bench.attempts()) == [
                "c-1 1 retrying other", "c-2 1 delivered 200", "c-3 1 delivered 200",
            ])
    }

    @Test func callbacksWaitWhileTheFileCannotBeRead() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        bench.maker.errors["IN_1"] = DatabaseError(code: 10, message: "no disk", path: "x.db")
        for number in 1...3 { try bench.accept("c-\(number)", profile: "IN_\(number)") }
        try bench.dispatcher().run {
            if bench.events.contains(where: isInterruption) { bench.maker.errors = [:] }
            return receiver.requests.count == 3
        }
        #expect(try bench.queue.counts() == [.delivered: 3])
        #expect(try bench.attempts().count == 3)
    }
}
