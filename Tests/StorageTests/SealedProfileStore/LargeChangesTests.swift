import Glibc
import SQLite
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Changes of large profiles leave the write lock to others.
@Suite struct LargeChangesTests {
    /// Writes ten times and returns how long it held the lock.
    private static func hold(in path: String, bytes: Int) throws -> Duration {
        let store = try SealedProfileStore(in: AttemptLog(Database(path: path)))
        var held = Duration.zero
        for _ in 1...10 {
            held += try store.writing(bytes: bytes) { () throws(StorageError) in
                let begun = ContinuousClock.now
                usleep(10_000)
                // On a very busy machine, the pause is shorter.
                return min(.now - begun, .milliseconds(200))
            }
        }
        return held
    }

    @Test func lockIsFreeForHalfOfTheTime() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "callbacks.db")
        _ = try SealedProfileStore(in: AttemptLog(Database(path: path)))
        let start = ContinuousClock.now
        let threads = (1...4).map { _ in OwnThread { try Self.hold(in: path, bytes: 1 << 20) } }
        let held = try threads.reduce(Duration.zero) { try $0 + $1.value() }
        #expect((ContinuousClock.now - start) / held >= 1.9)
    }
}
