import Concurrency
import Glibc
import SQL
import StorageErrors
import Synchronization
import TestSupport
import Testing

/// SQLite does not queue writers. So the connection with much to write pauses, and the others retry
/// often.
@Suite struct TurnTests {
    private final class Progress: Sendable {
        let turns = Atomic(0)
        let isDone = Atomic(false)
    }

    @Test func othersCanWriteDuringContinuousWrites() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path(of: "a.db")
        let other = try Database(path: path)
        try other.execute("CREATE TABLE t(x)")
        let progress = Progress()
        defer { progress.isDone.store(true, ordering: .relaxed) }
        WorkerThread.start { Self.write(path, progress) }
        while progress.turns.load(ordering: .relaxed) == 0 { usleep(1000) }
        var waited = 0
        for _ in 1...5 {
            // Start in the middle of a transaction.
            usleep(10_000)
            let before = progress.turns.load(ordering: .relaxed)
            try other.execute("INSERT INTO t VALUES(1)")
            waited += progress.turns.load(ordering: .relaxed) - before
        }
        // Almost always 5. With SQLite's own busy handler or without the pauses, it is much more.
        #expect(waited < 40)
    }

    private static func write(_ path: String, _ progress: Progress) {
        guard let busy = try? Database(path: path) else { return }
        while !progress.isDone.load(ordering: .relaxed) {
            try? busy.transaction { () throws(StorageError) in _ = usleep(60_000) }
            progress.turns.add(1, ordering: .relaxed)
            busy.yieldWriteLock(.short)
        }
    }
}
