import CallbackDispatch
import CivilTime
import DeliveryLog
import SQLite
import Settings
import Synchronization
import Threads

/// Looks after the database of a gateway that serves, on a thread of its own: a disk can be slow.
///
/// `@unchecked`: only that thread uses the database, and only after `start`.
final class Caretaker: @unchecked Sendable {
    private let database: Database
    private let watch: DatabaseWatch
    private let settings: LiveSettings
    private let clock: @Sendable () -> Instant
    private let isClockSynchronized: @Sendable () -> Bool
    private let tell: @Sendable (String) -> Void
    private let isEnding = Atomic(false)

    /// Between two looks at the WAL, in milliseconds.
    private static let interval = 100
    /// Between two prunes.
    private static let pruneInterval = Duration.seconds(3600)
    /// Between two looks at due times in the future.
    private static let pullInterval = Duration.seconds(60)

    /// - Parameters:
    ///   - database: a connection of its own.
    ///   - isClockSynchronized: what the kernel says of the clock.
    ///   - tell: gets a line for the log.
    init(
        _ database: Database, _ watch: DatabaseWatch, _ settings: LiveSettings,
        clock: @escaping @Sendable () -> Instant,
        isClockSynchronized: @escaping @Sendable () -> Bool,
        tell: @escaping @Sendable (String) -> Void
    ) {
        (self.database, self.watch, self.settings) = (database, watch, settings)
        (self.clock, self.isClockSynchronized, self.tell) = (clock, isClockSynchronized, tell)
    }

    func start() {
        WorkerThread.start { [self] in
            // Not the clock of the day: one that goes back would stop this work for years.
            var (nextPull, nextPrune) = (ContinuousClock.now, ContinuousClock.now)
            while true {
                checkpoint()
                let (now, ends) = (ContinuousClock.now, isEnding.load(ordering: .relaxed))
                if now >= nextPull, !ends {
                    pullIn()
                    nextPull = now + Self.pullInterval
                }
                if now >= nextPrune, !ends, prune() { nextPrune = now + Self.pruneInterval }
                Polling.of(milliseconds: Self.interval)
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

    /// Makes due what a clock that was ahead has left waiting for too long.
    private func pullIn() {
        guard watch.fault == nil else { return }
        do {
            try CallbackQueue(database).pullIn(now: clock())
        } catch {
            tell("due times in the future could not be set back: \(error)")
        }
    }

    /// Deletes some of what is older than the configuration keeps it; false when there is more.
    ///
    /// It takes a fraction of a second, as the thread has other things to look after. Nothing is
    /// deleted by a clock that nothing confirms.
    private func prune() -> Bool {
        let configuration = settings.configuration
        guard configuration.retention != nil, watch.fault == nil else { return true }
        do {
            let (store, now) = (try watch.open(configuration), clock())
            let isConfirmed = try store.mayPrune(
                configuration, at: now, isSynchronized: isClockSynchronized())
            guard isConfirmed else {
                tell("no old callbacks are dropped: nothing confirms the clock (\(now.rfc3339))")
                return true
            }
            return try store.prune(configuration, at: now, steps: 4)
        } catch {
            tell("cannot delete old callbacks: \(error)")
            return true
        }
    }
}
