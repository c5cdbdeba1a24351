import Glibc
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Changes of large profiles leave the write lock to others.
@Suite struct LargeChangesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

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

    /// The calling thread's nice value.
    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    /// Otherwise, all other writers would wait for a thread that waits for the processor.
    @Test func threadOfLowPriorityDoesNotHoldTheLockItself() throws {
        let path = directory.path(of: "callbacks.db")
        let own = Self.niceness
        _ = try SealedProfileStore(in: AttemptLog(Database(path: path)))
        let thread = OwnThread(isPatient: true) {
            let store = try SealedProfileStore(in: AttemptLog(Database(path: path)))
            let inside = try store.writing(bytes: 1 << 20) { () throws(StorageError) in
                Self.niceness
            }
            return (Self.niceness, inside)
        }
        let (outside, inside) = try thread.value()
        #expect(outside == min(19, own + 10) && inside == own)
    }

    @Test func lockIsFreeForHalfOfTheTime() throws {
        let path = directory.path(of: "callbacks.db")
        _ = try SealedProfileStore(in: AttemptLog(Database(path: path)))
        let start = ContinuousClock.now
        let threads = (1...4).map { _ in OwnThread { try Self.hold(in: path, bytes: 1 << 20) } }
        let held = try threads.reduce(Duration.zero) { try $0 + $1.value() }
        #expect((ContinuousClock.now - start) / held >= 1.9)
    }
}
