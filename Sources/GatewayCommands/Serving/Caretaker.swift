import CivilTime
import DeliveryLog
import SQLite
import Sending
import Settings
import Synchronization
import Threads

/// Looks after the database of a gateway that serves, on a thread of its own: a disk can be slow.
///
/// `@unchecked`: only that thread uses the database, and only after `start`.
final class Caretaker: @unchecked Sendable {
    private let database: Database
    private let watch: DatabaseWatch
    private let configuration: Configuration
    private let clock: @Sendable () -> Instant
    private let tell: @Sendable (String) -> Void
    private let isEnding = Atomic(false)

    /// Between two looks at the WAL, in milliseconds.
    private static let interval = 100
    /// Between two prunes, in seconds.
    private static let pruneInterval: Int64 = 3600

    /// - Parameters:
    ///   - database: a connection of its own.
    ///   - tell: gets a line for the log.
    init(
        _ database: Database, _ watch: DatabaseWatch, _ configuration: Configuration,
        clock: @escaping @Sendable () -> Instant, tell: @escaping @Sendable (String) -> Void
    ) {
        (self.database, self.watch, self.configuration) = (database, watch, configuration)
        (self.clock, self.tell) = (clock, tell)
    }

    func start() {
        WorkerThread.start { [self] in
            var nextPrune = clock()
            while true {
                checkpoint()
                if clock() >= nextPrune, !isEnding.load(ordering: .relaxed), prune() {
                    nextPrune = clock().advanced(seconds: Self.pruneInterval)
                }
                Pause.of(milliseconds: Self.interval)
            }
        }
    }

    /// Begins nothing that takes long; the WAL is looked after until the program ends.
    func end() {
        isEnding.store(true, ordering: .relaxed)
    }

    /// Copies what was written from the log of changes (WAL) to the file.
    ///
    /// The commit with which that log is full has to do it otherwise, and whoever waits for that
    /// commit with it. So it does where this fails, which is why nothing is said of that.
    ///
    /// Once the file is gone nothing is left for whoever opens the one in its place.
    private func checkpoint() {
        guard watch.fault == nil else {
            _ = try? database.emptyWAL()
            return
        }
        try? database.checkpoint()
    }

    /// Deletes some of what is older than the configuration keeps it; false when there is more.
    ///
    /// It takes a fraction of a second, as the thread has other things to look after.
    private func prune() -> Bool {
        guard let days = configuration.retention?.days, watch.fault == nil else { return true }
        do {
            let limit = clock().advanced(seconds: -Int64(days) * 86_400)
            return try watch.open(configuration).prune(before: limit, steps: 4)
        } catch {
            tell("cannot delete old callbacks: \(error)")
            return true
        }
    }
}
