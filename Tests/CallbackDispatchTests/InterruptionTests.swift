import CivilTime
import Curl
import Glibc
import SQL
import Storage
import StorageErrors
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// The file cannot be read or written for a while: no callback is sent twice.
@Suite struct InterruptionTests {
    /// Thirty endpoints that responded quickly, with more callbacks for each.
    private func fixture(_ receiver: ScriptedHTTPReceiver, callbacks: Int) throws -> DispatchFixture
    {
        let fixture = try DispatchFixture(receiver.origin)
        for number in 1...30 { try fixture.accept("a-\(number)", profile: "IN_\(number)") }
        try fixture.dispatch()
        for number in 1...callbacks {
            try fixture.accept("c-\(number)", profile: "IN_\(number % 30 + 1)")
        }
        return fixture
    }

    private func isInterruption(_ event: DispatchEvent) -> Bool {
        if case .interrupted = event { true } else { false }
    }

    /// Another process holds the lock until all responses are in, and longer than the leases last.
    @Test func resultsAreKeptWhileAnotherProcessHoldsLock() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try fixture(receiver, callbacks: 300)
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let dispatcher = try fixture.dispatcher(writing: fixture.impatientOpening)
        try dispatcher.sendDueCallbacks {
            let count = receiver.requests.count
            if count > 60, count < 330, other.isIdle { try? other.begin() }
            // The dispatcher cannot send what it does not hold, so this may happen before 330.
            if dispatcher.interruption != nil, dispatcher.transfers.count == 0, !other.isIdle {
                fixture.now = fixture.now.advanced(seconds: 300)
                other.rollBack()
            }
            return false
        }
        #expect(fixture.events.contains(where: isInterruption))
        #expect(fixture.events.contains(.resumed))
        #expect(receiver.requests.count == 330)
        #expect(try fixture.queue.counts() == [.delivered: 330])
        #expect(try fixture.attempts().count == 330)
    }

    @Test func requestsAreLimitedToWhatCanBeKept() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try fixture(receiver, callbacks: 1_500)
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let dispatcher = try fixture.dispatcher(writing: fixture.impatientOpening)
        var maxCount = 0
        try dispatcher.sendDueCallbacks {
            if receiver.requests.count > 30, other.isIdle, maxCount == 0 { try? other.begin() }
            maxCount = max(maxCount, dispatcher.finished.count)
            if dispatcher.interruption != nil, dispatcher.transfers.count == 0, !other.isIdle {
                other.rollBack()
            }
            return false
        }
        #expect((100...2048).contains(maxCount))
        #expect(receiver.requests.count == 1_530)
        #expect(try fixture.queue.counts() == [.delivered: 1_530])
    }

    /// As after a machine was suspended, or its clock was set.
    @Test func callbackInFlightKeepsItsLease() throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.callbackID == "c-1", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("c-1")
        var others: [String] = []
        try fixture.dispatcher().run {
            if receiver.requests.count == 1, others.isEmpty {
                fixture.now = fixture.now.advanced(seconds: 600)
                _ = try? fixture.accept("c-2", profile: "IN_b")
                others = ["none"]
            }
            guard receiver.requests.count > 1 else { return false }
            // Neither this process nor another one claims it.
            let taken = try? fixture.queue.claim(
                ClaimBudget(), owner: 1, now: fixture.now.advanced(seconds: 50), dueBy: fixture.now)
            others = (taken ?? []).map(\.callback.callbackID)
            isOver.store(true, ordering: .relaxed)
            return true
        }
        #expect(others.isEmpty)
        #expect(receiver.requests.compactMap(\.callbackID) == ["c-1", "c-2"])
        #expect(try fixture.queue.counts() == [.delivered: 2])
    }

    @Test func stoppingWhileFileIsLockedEndsInTime() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try fixture(receiver, callbacks: 30)
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let dispatcher = try fixture.dispatcher(writing: fixture.impatientOpening)
        dispatcher.longestStop = .milliseconds(100)
        let error = try #require(throws: UnsavedResultsError.self) {
            try dispatcher.run {
                guard receiver.requests.count > 30 else { return false }
                if other.isIdle { try? other.begin() }
                return dispatcher.interruption != nil && dispatcher.transfers.count == 0
            }
        }
        #expect(error.description.contains("will be sent again: "))
        other.rollBack()
        try fixture.dispatch(afterSeconds: 60)
        #expect(try fixture.queue.counts() == [.delivered: 60])
    }

    /// One row of the file is damaged, and the others are not.
    @Test func unwritableResultDoesNotBlockOthers() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        for number in 1...20 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try fixture.log.database.executeAll(
            """
            CREATE TRIGGER damage BEFORE INSERT ON exchanges
            WHEN new.callback = (SELECT id FROM callbacks WHERE callback_id = 'c-7')
            BEGIN SELECT RAISE(ABORT, 'damaged'); END;
            """)
        try fixture.dispatch()
        #expect(try fixture.queue.counts() == [.delivered: 19, .inFlight: 1])
        #expect(try fixture.attempts().count == 19)
        let unwritable = fixture.events.compactMap { event -> String? in
            if case .unwritable(let callback, _) = event { callback.callbackID } else { nil }
        }
        #expect(unwritable == ["c-7"])
    }

    private struct Damaged: Error {}

    @Test func unreadableProfileFailsOnlyItsOwnCallbacks() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        fixture.builder.errors["IN_1"] = Damaged()
        for number in 1...3 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try fixture.dispatch()
        #expect(
            Set(try fixture.attempts()) == [
                "c-1 1 retrying other", "c-2 1 delivered 200", "c-3 1 delivered 200",
            ])
    }

    @Test func callbacksWaitWhileFileIsUnreadable() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        fixture.builder.errors["IN_1"] = StorageError(.unavailable, at: "x.db", "no disk")
        for number in 1...3 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try fixture.dispatcher().run {
            if fixture.events.contains(where: isInterruption) { fixture.builder.errors = [:] }
            return receiver.requests.count == 3
        }
        #expect(try fixture.queue.counts() == [.delivered: 3])
        #expect(try fixture.attempts().count == 3)
    }
}
