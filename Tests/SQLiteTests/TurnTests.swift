import Glibc
import SQLite
import Synchronization
import TestSupport
import Testing

/// SQLite queues nobody; so the one with much to write leaves moments, and others ask often.
@Suite struct TurnTests {
    private final class Progress: Sendable {
        let turns = Atomic(0)
        let isDone = Atomic(false)
    }

    @Test func othersGetTheirTurnBesideOneWhoWritesAllTheTime() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path(of: "a.db")
        let other = try Database(path: path)
        try other.execute("CREATE TABLE t(x)")
        let progress = Progress()
        async let busy: Void = Self.write(path, progress)
        while progress.turns.load(ordering: .relaxed) == 0 {
            try await Task.sleep(for: .milliseconds(1))
        }
        for _ in 1...5 {
            // Into the midst of a transaction.
            try await Task.sleep(for: .milliseconds(10))
            try other.execute("INSERT INTO t VALUES(1)")
        }
        progress.isDone.store(true, ordering: .relaxed)
        try await busy
        // Nearly always 6; with SQLite's own wait, or without the moments, many more.
        #expect(progress.turns.load(ordering: .relaxed) < 40)
    }

    @concurrent private static func write(_ path: String, _ progress: Progress) async throws {
        let busy = try Database(path: path)
        for _ in 0..<200 where !progress.isDone.load(ordering: .relaxed) {
            try busy.transaction { () throws(DatabaseError) in _ = usleep(60_000) }
            progress.turns.add(1, ordering: .relaxed)
            busy.letOthersWrite(.short)
        }
    }
}
