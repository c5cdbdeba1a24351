import CivilTime
import Glibc
import SQL
import Storage
import StorageErrors
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// The writer thread: what it records, and what happens to callbacks when it fails.
@Suite struct BatchWriterTests {
    /// Queues callbacks to thirty endpoints. Each response fills two pages of the file.
    private func fixture(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let fixture = try DispatchFixture(receiver.origin)
        for number in 1...60 { try fixture.accept("c-\(number)", profile: "IN_\(number % 30)") }
        return fixture
    }

    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { _ in .huge(8_000) }
    }

    /// Dispatches while the file can grow by this many pages only, as on a full disk.
    private func failure(_ fixture: DispatchFixture, pages: Int64) throws -> StorageError? {
        let open = fixture.opening
        let size = try fixture.log.database.integer("PRAGMA page_count")
        let dispatcher = try fixture.dispatcher {
            let store = try open()
            let limit = "PRAGMA max_page_count = \(size + pages)"
            _ = try store.log.database.integer(limit)
            return store
        }
        do {
            try dispatcher.sendDueCallbacks()
            return nil
        } catch let error as StorageError {
            return error
        }
    }

    @Test("a full disk stops the dispatcher and loses nothing", arguments: [0, 5, 15, 35])
    func fullDisk(pages: Int64) throws {
        let receiver = try receiver()
        let fixture = try fixture(receiver)
        let error = try #require(try failure(fixture, pages: pages))
        #expect(error.kind == .full)
        #expect(error.description.hasSuffix("free up disk space; no data was lost"))
        let counts = try fixture.queue.counts()
        #expect(counts.values.reduce(0, +) == 60)
        let written = try fixture.attempts().compactMap { $0.split(separator: " ").first }
        #expect(written.count == counts[.delivered] ?? 0)
        // Only callbacks in flight are sent again, after their leases expire.
        try fixture.dispatch(afterSeconds: 60)
        #expect(try fixture.queue.counts() == [.delivered: 60])
        #expect(try fixture.attempts().count == 60)
        let sent = Dictionary(grouping: receiver.requests.compactMap(\.callbackID)) { $0 }
        #expect(sent.count == 60 && sent.values.allSatisfy { $0.count <= 2 })
        #expect(written.allSatisfy { sent[String($0)]?.count == 1 })
    }

    @Test func writerThatCannotOpenFileStopsDispatcher() throws {
        let receiver = try receiver()
        let fixture = try fixture(receiver)
        let error = StorageError(.unavailable, at: "callbacks.db", "no such file")
        let dispatcher = try fixture.dispatcher { throw error }
        #expect(throws: error) { try dispatcher.sendDueCallbacks() }
        #expect(try fixture.queue.counts() == [.waiting: 60])
        #expect(receiver.requests.isEmpty)
    }

    /// cron starts the dispatcher every minute, so an idle run opens no second connection.
    @Test func idleDispatcherStartsNoWriter() throws {
        let fixture = try DispatchFixture()
        let opened = Mutex(false)
        let dispatcher = try fixture.dispatcher { [open = fixture.opening] in
            opened.withLock { $0 = true }
            return try open()
        }
        try fixture.accept("c-1")
        fixture.now = fixture.now.advanced(milliseconds: -1)
        try dispatcher.sendDueCallbacks()
        #expect(!opened.withLock { $0 })
    }

    /// The dispatcher stops before the writer has claimed callbacks.
    @Test func claimsAfterStopAreReleased() throws {
        let receiver = try receiver()
        let fixture = try fixture(receiver)
        let isStopped = Mutex(false)
        let dispatcher = try fixture.dispatcher { [open = fixture.opening] in
            while !isStopped.withLock({ $0 }) { usleep(100) }
            return try open()
        }
        var turns = 0
        try dispatcher.sendDueCallbacks {
            turns += 1
            if turns == 2 { isStopped.withLock { $0 = true } }
            return turns == 2
        }
        #expect(receiver.requests.isEmpty)
        #expect(try fixture.queue.counts() == [.waiting: 60])
        #expect(try fixture.nextWork() == fixture.now)
    }

    /// The writer gets the lock only when the last of 150 requests has arrived.
    @Test func requestsContinueWhileDiskIsBusy() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try DispatchFixture(receiver.origin)
        // An endpoint that responded quickly may have more than two requests in flight.
        for number in 1...30 { try fixture.accept("a-\(number)", profile: "IN_\(number)") }
        try fixture.dispatch()
        for number in 1...120 {
            try fixture.accept("b-\(number)", profile: "IN_\(number % 30 + 1)")
        }
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        try fixture.dispatcher().sendDueCallbacks {
            let count = receiver.requests.count
            if count > 30, count < 150, other.isIdle { try? other.begin() }
            if count == 150 { other.rollBack() }
            return false
        }
        #expect(receiver.requests.count == 150)
        #expect(try fixture.queue.counts() == [.delivered: 150])
    }
}
