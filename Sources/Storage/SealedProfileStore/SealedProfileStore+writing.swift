import SQLite
import StorageErrors
import Synchronization

extension SealedProfileStore {
    /// Held by the one thread of this process that writes large settings.
    private static let large = Mutex(())

    /// The size of settings that are written in a few milliseconds, in bytes.
    private static let quickSize = 64 << 10

    /// Runs `body` in a transaction.
    ///
    /// A megabyte takes long to write, and connections that wait for the lock are not queued. So
    /// large settings are written one at a time, and at most for half of the time. Otherwise a
    /// company that changes them all the time would delay the callbacks of all others.
    func writing<Result: Sendable>(
        bytes: Int, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        guard bytes > Self.quickSize else {
            return try database.transaction { () throws(StorageError) in try body() }
        }
        return try Self.large.withLock { (_) throws(StorageError) -> Result in
            var start = ContinuousClock.now
            let result = try database.transaction { () throws(StorageError) in
                start = .now
                return try body()
            }
            database.yieldWriteLock(for: min(.now - start, .milliseconds(200)))
            return result
        }
    }
}
