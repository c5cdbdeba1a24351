import Glibc
package import StorageErrors

/// How a transaction begins. See https://sqlite.org/lang_transaction.html.
package enum TransactionKind: String, Sendable {
    /// Reads a consistent snapshot of the file.
    case read = "DEFERRED"
    /// Acquires the write lock immediately, so that the transaction cannot fail halfway because
    /// another connection writes.
    case write = "IMMEDIATE"
}

/// When a commit reaches the disk. See https://sqlite.org/pragma.html#pragma_synchronous.
///
/// A commit always survives a crash of the process. The durability matters only for a loss of
/// power.
package enum Durability: String, Sendable {
    /// Before the commit returns.
    case now = "FULL"
    /// With the next commit that is `now`. This takes a fraction of the time.
    case deferred = "NORMAL"
}

/// How long a long-running task leaves the write lock to other connections, in microseconds.
package enum WriteLockYield: UInt32, Sendable {
    /// Long enough for our own programs, which retry every millisecond.
    case short = 1_500
    /// For background tasks: long enough for any program. SQLite's own busy handler retries after
    /// 1, 2, 5 … up to 100 ms, so it only succeeds if the lock is free half of the time.
    case long = 15_000
}

extension Database {
    /// Runs `body` in a transaction, which is committed when it returns and rolled back when it
    /// throws.
    ///
    /// Inside another transaction, `body` becomes part of that transaction.
    ///
    ///     try database.transaction { () throws(StorageError) in
    ///         try database.execute("DELETE FROM attempts WHERE day < ?", [Value(day)])
    ///     }
    ///
    /// - Parameters:
    ///   - kind: whether the transaction writes.
    ///   - durable: when the commit reaches the disk.
    ///   - body: the work to do.
    /// - Returns: the value that `body` returns.
    /// - Throws: the error of `body`, or the error of the commit.
    package func transaction<Result>(
        _ kind: TransactionKind = .write, durable: Durability = .now,
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        guard isIdle else { return try body() }
        guard durable == .now else { return try waiting(for: durable, body) }
        try begin(kind)
        let result: Result
        do {
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        try commit()
        return result
    }

    /// Runs `body` without foreign key checks.
    ///
    /// Use it to delete rows that no other row refers to. Without an index on the referring column,
    /// the check would read a complete table. Inside a transaction the checks stay on; see
    /// https://sqlite.org/pragma.html#pragma_foreign_keys.
    package func withoutReferenceChecks(
        _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        try execute("PRAGMA foreign_keys = OFF")
        // If turning the checks on again fails, the next statement of the connection fails as well.
        defer { try? execute("PRAGMA foreign_keys = ON") }
        try body()
    }

    /// Pauses between two transactions of a long-running task, so that other connections can write.
    ///
    /// SQLite does not queue connections that wait for the write lock. They retry repeatedly.
    package func yieldWriteLock(_ pause: WriteLockYield) {
        yieldWriteLock(for: .microseconds(pause.rawValue))
    }

    /// Pauses for a time that depends on how long the lock was held.
    package func yieldWriteLock(for pause: Duration) {
        // A pause inside a transaction would not release the lock.
        if isIdle { usleep(UInt32(max(0, pause / .microseconds(1)))) }
    }

    /// Copies committed pages from the WAL to the database file, as far as possible without
    /// waiting.
    ///
    /// See https://sqlite.org/pragma.html#pragma_wal_checkpoint.
    package func checkpoint() throws(StorageError) {
        _ = try row("PRAGMA wal_checkpoint(PASSIVE)") { _ in }
    }

    /// Copies all committed pages from the WAL to the database file and empties the WAL.
    ///
    /// Call it for a file that was replaced. Otherwise a program that opens the new file would
    /// apply the WAL of the old file to it.
    ///
    /// - Returns: false if another connection still uses the WAL.
    package func emptyWAL() throws(StorageError) -> Bool {
        try row("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) } == 0
    }

    /// Sets the size of the WAL, in pages, at which committed pages are copied to the database
    /// file.
    ///
    /// See https://sqlite.org/pragma.html#pragma_wal_autocheckpoint.
    package func checkpoint(every pages: Int) throws(StorageError) {
        try execute("PRAGMA wal_autocheckpoint = \(pages)")
    }

    private func waiting<Result>(
        for durability: Durability, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try execute("PRAGMA synchronous = \(durability.rawValue)")
        // Restores the setting regardless of how the transaction ends.
        defer { try? execute("PRAGMA synchronous = \(Durability.now.rawValue)") }
        return try transaction(.write, body)
    }

    package func begin(_ kind: TransactionKind = .write) throws(StorageError) {
        try execute("BEGIN \(kind.rawValue)")
    }

    /// Commits the transaction. If the commit fails, the transaction is rolled back.
    package func commit() throws(StorageError) {
        do {
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rolls back the open transaction. After a failure, SQLite may already have done so.
    package func rollBack() {
        guard !isIdle else { return }
        forgetDamage()
        // If the rollback fails, the next connection that opens the file rolls back.
        try? execute("ROLLBACK")
    }
}
