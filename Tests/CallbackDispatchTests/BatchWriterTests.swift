import CivilTime
import Glibc
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// The thread that writes: what it is given, and what becomes of callbacks when it fails.
@Suite struct BatchWriterTests {
    /// Many callbacks to many endpoints, each of whose answers takes two pages of the file.
    private func bench(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let bench = try DispatchFixture(receiver.origin)
        for number in 1...60 { try bench.accept("c-\(number)", profile: "IN_\(number % 30)") }
        return bench
    }

    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { _ in .huge(8_000) }
    }

    /// As on a disk that is full, the file can grow by so many pages only.
    private func failure(_ bench: DispatchFixture, pages: Int64) throws -> DatabaseError? {
        let open = bench.opening
        let size = try bench.log.database.integer("PRAGMA page_count")
        let dispatcher = try bench.dispatcher {
            let store = try open()
            let limit = "PRAGMA max_page_count = \(size + pages)"
            _ = try store.log.database.integer(limit)
            return store
        }
        do {
            try dispatcher.sendWhatIsDue()
            return nil
        } catch let error as DatabaseError {
            return error
        }
    }

    @Test("a disk that is full ends the sending, and loses nothing", arguments: [0, 5, 15, 35])
    func fullDisk(pages: Int64) throws {
        let receiver = try receiver()
        let bench = try bench(receiver)
        let error = try #require(try failure(bench, pages: pages))
        #expect(error.primaryCode == 13)
        #expect(error.description.hasSuffix("free up disk space; no data was lost"))
        let counts = try bench.queue.counts()
        #expect(counts.values.reduce(0, +) == 60)
        let written = try bench.attempts().compactMap { $0.split(separator: " ").first }
        #expect(written.count == counts[.delivered] ?? 0)
        // What was in flight is sent again when its lease is over, and nothing else.
        try bench.dispatch(afterSeconds: 60)
        #expect(try bench.queue.counts() == [.delivered: 60])
        #expect(try bench.attempts().count == 60)
        let sent = Dictionary(grouping: receiver.requests.compactMap(\.callbackID)) { $0 }
        #expect(sent.count == 60 && sent.values.allSatisfy { $0.count <= 2 })
        #expect(written.allSatisfy { sent[String($0)]?.count == 1 })
    }

    @Test func aWriterThatCannotOpenTheFileEndsTheSending() throws {
        let receiver = try receiver()
        let bench = try bench(receiver)
        let error = DatabaseError(code: 14, message: "no such file", path: "callbacks.db")
        let dispatcher = try bench.dispatcher { throw error }
        #expect(throws: error) { try dispatcher.sendWhatIsDue() }
        #expect(try bench.queue.counts() == [.waiting: 60])
        #expect(receiver.requests.isEmpty)
    }

    /// Whoever has nothing to do opens no second connection, as cron asks every minute.
    @Test func withNothingDueThereIsNoWriter() throws {
        let bench = try DispatchFixture()
        let opened = Mutex(false)
        let dispatcher = try bench.dispatcher { [open = bench.opening] in
            opened.withLock { $0 = true }
            return try open()
        }
        try bench.accept("c-1")
        bench.now = bench.now.advanced(milliseconds: -1)
        try dispatcher.sendWhatIsDue()
        #expect(!opened.withLock { $0 })
    }

    /// The writer takes callbacks only after the dispatcher was told to stop.
    @Test func whatIsTakenTooLateIsGivenBack() throws {
        let receiver = try receiver()
        let bench = try bench(receiver)
        let isStopped = Mutex(false)
        let dispatcher = try bench.dispatcher { [open = bench.opening] in
            while !isStopped.withLock({ $0 }) { usleep(100) }
            return try open()
        }
        var turns = 0
        try dispatcher.sendWhatIsDue {
            turns += 1
            if turns == 2 { isStopped.withLock { $0 = true } }
            return turns == 2
        }
        #expect(receiver.requests.isEmpty)
        #expect(try bench.queue.counts() == [.waiting: 60])
        #expect(try bench.nextWork() == bench.now)
    }

    /// The writer gets the file only when the last of 150 requests has come in.
    @Test func callbacksGoOutAndAnswersComeInWhileTheDiskIsBusy() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try DispatchFixture(receiver.origin)
        // Known to answer quickly, each endpoint may have more than the first two.
        for number in 1...30 { try bench.accept("a-\(number)", profile: "IN_\(number)") }
        try bench.dispatch()
        for number in 1...120 { try bench.accept("b-\(number)", profile: "IN_\(number % 30 + 1)") }
        let other = try Database(path: bench.directory.path(of: "callbacks.db"))
        try bench.dispatcher().sendWhatIsDue {
            let count = receiver.requests.count
            if count > 30, count < 150, other.isIdle { try? other.begin() }
            if count == 150 { other.rollBack() }
            return false
        }
        #expect(receiver.requests.count == 150)
        #expect(try bench.queue.counts() == [.delivered: 150])
    }
}
