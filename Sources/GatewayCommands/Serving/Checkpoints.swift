import SQLite
import Synchronization
import Threads

/// Copies what was written from the log of changes (WAL) to the file, now and then.
///
/// The commit with which that log is full has to do it otherwise, and whoever waits for
/// that commit with it: 30 ms at 7,000 triggers a second. It still does what is left here.
final class Checkpoints: Sendable {
    private let isOver = Atomic(false)

    /// What comes in within it is what a commit may find left.
    private static let pause = 100

    /// - Parameters:
    ///   - open: opens a connection for the thread that this starts.
    ///   - tell: hears why that does not work; commits go on to do it all then.
    func start(
        open: @escaping @Sendable () throws -> Database,
        tell: @escaping @Sendable (String) -> Void
    ) {
        WorkerThread.start { [self] in
            do {
                let database = try open()
                while !isOver.load(ordering: .relaxed) {
                    try database.checkpoint()
                    Pause.of(milliseconds: Self.pause)
                }
            } catch {
                tell("changes are copied by those who write: \(error)")
            }
        }
    }

    func stop() {
        isOver.store(true, ordering: .relaxed)
    }
}
