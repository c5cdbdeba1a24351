import CallbackDispatch
import CivilTime
import Concurrency
import DeliveryLog
import Settings
import Storage
import StorageErrors
import Synchronization

/// Maintains the database and the heap while the gateway serves. It uses its own thread, because a
/// disk can be slow.
///
/// `@unchecked`: only that thread uses the database, and only after `start`.
final class DatabaseMaintenance: @unchecked Sendable {
    private let database: AttemptLog
    private let watch: DatabaseWatch
    private let settings: LiveSettings
    private let clock: @Sendable () -> Instant
    private let isClockSynchronized: @Sendable () -> Bool
    private let log: @Sendable (String) -> Void
    private let isEnding = Atomic(false)

    /// The time between two checkpoints of the WAL, in milliseconds.
    private static let interval = 100
    /// The time between two prunes.
    private static let pruneInterval = Duration.seconds(3600)
    /// The time between two checks for due times in the future.
    private static let pullInterval = Duration.seconds(60)

    /// Creates the maintainer; ``start()`` starts its thread.
    ///
    /// - Parameters:
    ///   - database: A connection of its own.
    ///   - watch: Detects a deleted or replaced database file.
    ///   - settings: The current configuration.
    ///   - clock: Returns the current time.
    ///   - isClockSynchronized: Whether the kernel reports that the clock is synchronized.
    ///   - log: Writes a line to the log.
    init(
        _ database: AttemptLog, _ watch: DatabaseWatch, _ settings: LiveSettings,
        clock: @escaping @Sendable () -> Instant,
        isClockSynchronized: @escaping @Sendable () -> Bool,
        log: @escaping @Sendable (String) -> Void
    ) {
        (self.database, self.watch, self.settings) = (database, watch, settings)
        (self.clock, self.isClockSynchronized, self.log) = (clock, isClockSynchronized, log)
    }

    func start() {
        WorkerThread.start { [self] in
            // Use the monotonic clock: setting the wall clock back must not stop this work for
            // years.
            var (nextPull, nextPrune) = (ContinuousClock.now, ContinuousClock.now)
            var nextRelease = ContinuousClock.now + HeapMemory.interval
            while true {
                checkpoint()
                let (now, ends) = (ContinuousClock.now, isEnding.load(ordering: .relaxed))
                if now >= nextPull, !ends {
                    resetFutureDueTimes()
                    nextPull = now + Self.pullInterval
                }
                if now >= nextPrune, !ends, prune() { nextPrune = now + Self.pruneInterval }
                if now >= nextRelease {
                    HeapMemory.releaseFreePages()
                    nextRelease = now + HeapMemory.interval
                }
                Polling.of(milliseconds: Self.interval)
            }
        }
    }

    /// Starts no further long work. Checkpoints continue until the program ends.
    func end() {
        isEnding.store(true, ordering: .relaxed)
    }

    /// Copies changes from the write-ahead log (WAL) to the database file.
    ///
    /// Otherwise the commit that fills the WAL does it, and delays its caller. That also
    /// happens if this fails, so errors are ignored.
    ///
    /// If the database file was deleted, the WAL is emptied, so that a new file at the same path does
    /// not pick it up.
    private func checkpoint() {
        guard watch.fault == nil else {
            _ = try? database.emptyWAL()
            return
        }
        try? database.checkpoint()
    }

    /// Makes callbacks due that wait too long because a clock was ahead.
    private func resetFutureDueTimes() {
        guard watch.fault == nil else { return }
        do {
            try CallbackQueue(in: database).resetFutureDueTimes(now: clock())
        } catch {
            log("cannot reset due times in the future: \(error)")
        }
    }

    /// Deletes some data that is older than the retention. Returns false if there is more.
    ///
    /// It takes a fraction of a second, because the thread has other work. Nothing is deleted if
    /// the clock is not confirmed.
    private func prune() -> Bool {
        let configuration = settings.configuration
        guard configuration.retention != nil, watch.fault == nil else { return true }
        do {
            let (store, now) = (try watch.open(configuration), clock())
            let isConfirmed = try store.mayPrune(
                configuration, at: now, isSynchronized: isClockSynchronized())
            guard isConfirmed else {
                log(
                    "old callbacks are not deleted: the clock says \(now.rfc3339), but nothing "
                        + "confirms it; check the clock")
                return true
            }
            return try store.prune(configuration, at: now, steps: 4)
        } catch {
            log("cannot delete old callbacks: \(error)")
            return true
        }
    }
}

/// Detects that the database file was deleted or replaced while the gateway serves.
///
/// SQLite continues to use the files that it has open, so everything accepted afterwards would be
/// lost when the program ends. Once a file is missing, the gateway does not use the database again
/// until it is restarted, even if the file comes back: another program may have changed it under
/// another name.
final class DatabaseWatch: Sendable {
    private let path: String
    private let files: DatabaseIdentity
    private let isGone = Atomic(false)
    private let notice: @Sendable (_ fault: String) -> Void

    /// How often the files are checked, in milliseconds.
    private static let pollInterval = 250

    /// Creates the watch; ``start()`` starts its thread.
    ///
    /// - Parameters:
    ///   - database: A connection that stays open while the watch is used.
    ///   - notice: Called once, on the thread that detects a missing file.
    init(_ database: AttemptLog, notice: @escaping @Sendable (_ fault: String) -> Void) {
        path = database.path
        files = DatabaseIdentity(at: database.path)
        self.notice = notice
    }

    /// Why the database can no longer be used; nil if it can.
    var fault: String? { isGone.load(ordering: .relaxed) ? Self.words : nil }

    private static let words =
        "the database file was deleted or replaced; restart the gateway"

    /// Checks the files every quarter of a second until one is missing.
    func start() {
        WorkerThread.start { [weak self] in
            while let self, !isFileMissing() { Polling.of(milliseconds: Self.pollInterval) }
        }
    }

    /// Opens another connection to the same file.
    ///
    /// - Parameter timeout: How long to wait for another program's transaction, in milliseconds.
    /// - Throws: `StorageError` if the path leads to another file. SQLite would not notice that
    ///   the WAL does not belong to it. A missing file is not created.
    func open(
        _ configuration: Configuration, timeout: Int32 = AttemptLog.timeout
    ) throws -> GatewayStore {
        let store = Result {
            try GatewayStore(configuration, timeout: timeout, mayCreate: false)
        }
        // Checked after opening: the file may have been replaced in between.
        guard !isFileMissing() else { throw StorageError.ofMissingFile(path) }
        return try store.get()
    }

    /// Compares the files with those at the start.
    private func isFileMissing() -> Bool {
        if fault != nil { return true }
        guard DatabaseIdentity(at: path) != files else { return false }
        if !isGone.exchange(true, ordering: .relaxed) { notice(Self.words) }
        return true
    }
}
