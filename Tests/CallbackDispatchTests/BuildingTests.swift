import CivilTime
import Curl
import Glibc
import Profiles
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// Requests that are slow to build or large, and the requests of other companies.
@Suite struct BuildingTests {
    /// The requests of two companies are not built until all callbacks of a third one are sent.
    @Test func requestsThatTakeLongToMakeDelayNoOtherCompany() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let end = ContinuousClock.now + .seconds(20)
        fixture.builder.making = { callback in
            while callback.company != "HC", ContinuousClock.now < end {
                if receiver.requests.count >= 100 { return }
                usleep(1000)
            }
        }
        for company in ["HA", "HB", "HC"] {
            // The slow ones have been due for longer.
            fixture.now = fixture.now.advanced(seconds: 1)
            _ = try fixture.queue.accept(
                (1...100).map {
                    DispatchFixture.callback("\(company)-\($0)", "IN_\($0)", company: company)
                }, now: fixture.now)
        }
        try fixture.dispatch()
        let order = fixture.attemptedIDs
        #expect(order.count == 300)
        #expect(order.prefix(100).allSatisfy { $0.hasPrefix("HC-") })
    }

    /// Twenty requests of the largest size go to an endpoint that does not answer.
    @Test func largeRequestsTakeABoundedPartOfTheMemory() throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.target == "/hang", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let fixture = try DispatchFixture(receiver.origin + "/hang")
        for number in 1...20 {
            fixture.builder.sizes["IN_\(number)"] = RequestLimits.bytes - 1000
            try fixture.accept("large-\(number)", profile: "IN_\(number)")
        }
        fixture.builder.urls["quick"] = receiver.origin + "/"
        let dispatcher = try fixture.dispatcher()
        var (most, hasAsked) = (0, false)
        try dispatcher.sendDueCallbacks {
            most = max(most, dispatcher.buildQueue.bytesTaken)
            let sent = receiver.requests.count
            if sent >= 4, !hasAsked {
                // A short request of the same company is sent at once.
                hasAsked = true
                _ = try? fixture.accept("short", profile: "quick")
                dispatcher.mustPoll = true
            }
            if fixture.attemptedIDs == ["short"] { isOver.store(true, ordering: .relaxed) }
            return false
        }
        #expect(fixture.attemptedIDs.first == "short" && fixture.attemptedIDs.count == 21)
        #expect(most <= BuildLimits.bytesForCompany)
        #expect(dispatcher.buildQueue.bytesTaken == 0)
        #expect(try fixture.queue.counts() == [.delivered: 21])
    }

    @Test func whatIsSentIsNotKeptInMemory() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .stall }
        let fixture = try DispatchFixture(receiver.origin + "/path")
        fixture.totalTimeout = 2_000
        fixture.builder.sizes["IN_a"] = 1_000_000
        try fixture.accept("c-1")
        let dispatcher = try fixture.dispatcher()
        var seen: InFlightRequest?
        try dispatcher.sendDueCallbacks {
            seen = seen ?? dispatcher.requestsInFlight.values.first
            return false
        }
        let request = try #require(seen).outgoing.request
        #expect(request.body == nil && request.headers.isEmpty && request.url == receiver.origin)
        #expect(try fixture.attempts() == ["c-1 1 retrying timeout"])
    }

    /// The dispatcher stops while two requests are being built and others wait.
    @Test func whatIsNotMadeWhenItStopsIsGivenBack() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let end = ContinuousClock.now + .seconds(20)
        let begun = Mutex(0)
        let isStopped = Mutex(false)
        fixture.builder.making = { _ in
            begun.withLock { $0 += 1 }
            while !isStopped.withLock({ $0 }) { usleep(100) }
        }
        for number in 1...20 {
            _ = try fixture.queue.accept(
                [
                    DispatchFixture.callback(
                        "c-\(number)", "IN_\(number)", company: "H\(number % 2)")
                ], now: fixture.now)
        }
        try fixture.dispatcher().sendDueCallbacks {
            guard begun.withLock({ $0 }) == 2 || ContinuousClock.now > end else { return false }
            isStopped.withLock { $0 = true }
            return true
        }
        #expect(receiver.requests.isEmpty)
        #expect(begun.withLock { $0 } <= 4)
        #expect(try fixture.queue.counts() == [.waiting: 20])
        #expect(try fixture.nextWork() == fixture.now)
    }

    /// The first connection of a building thread fails.
    @Test func whatWaitsToBeMadeIsGivenBackWhileTheFileCannotBeRead() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let failed = Mutex(0)
        let dispatcher = try fixture.dispatcher { [open = fixture.opening] in
            let isFirst = failed.withLock { count in
                count += 1
                return count == 2
            }
            // The first connection is the writer's.
            if isFirst { throw NoStore() }
            return try open()
        }
        for number in 1...20 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try dispatcher.sendDueCallbacks()
        #expect(fixture.events.first == .interrupted(error: "no store"))
        #expect(fixture.events.contains(.resumed))
        #expect(receiver.requests.count == 20)
        #expect(try fixture.queue.counts() == [.delivered: 20])
    }

    /// As with few file descriptors, only the writer and one building thread get a connection.
    @Test func aThreadWithoutAConnectionLeavesItsWorkToOthers() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let opened = Mutex(0)
        let dispatcher = try fixture.dispatcher { [open = fixture.opening] in
            let number = opened.withLock { count in
                count += 1
                return count
            }
            guard number <= 2 else { throw NoStore() }
            return try open()
        }
        fixture.builder.making = { _ in usleep(1000) }
        for company in 1...6 {
            _ = try fixture.queue.accept(
                (1...10).map {
                    DispatchFixture.callback("\(company)-\($0)", "IN_\($0)", company: "H\(company)")
                }, now: fixture.now)
        }
        try dispatcher.sendDueCallbacks()
        #expect(opened.withLock { $0 } > 2)
        #expect(fixture.attemptedIDs.count == 60 && fixture.events.count == 60)
        #expect(try fixture.queue.counts() == [.delivered: 60])
    }

    /// Another process holds the lock while a request is built, so its lease is not renewed.
    @Test func aRequestBuiltTooLateForItsLeaseIsNotSent() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let isBegun = Mutex(false)
        let mayEnd = Mutex(false)
        fixture.builder.making = { _ in
            isBegun.withLock { $0 = true }
            while !mayEnd.withLock({ $0 }) { usleep(100) }
        }
        try fixture.accept("c-1")
        let dispatcher = try fixture.dispatcher(writing: fixture.impatientOpening)
        var sentTooLate = 0
        try dispatcher.sendDueCallbacks {
            guard isBegun.withLock({ $0 }) else { return false }
            if !mayEnd.withLock({ $0 }) {
                try? other.begin()
                fixture.now = fixture.now.advanced(seconds: 30)
                mayEnd.withLock { $0 = true }
            } else if !other.isIdle, !dispatcher.unused.isEmpty || !receiver.requests.isEmpty {
                sentTooLate = receiver.requests.count
                other.rollBack()
            }
            return false
        }
        #expect(sentTooLate == 0)
        #expect(try fixture.queue.counts() == [.delivered: 1])
    }

    private struct NoStore: Error, CustomStringConvertible {
        var description: String { "no store" }
    }
}
