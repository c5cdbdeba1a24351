import SQL
import StorageErrors

extension SealedProfileStore {
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
        return try TransactionThread.shared.run { () throws(StorageError) -> Result in
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
