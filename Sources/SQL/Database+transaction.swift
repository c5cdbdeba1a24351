import Glibc
import SQLite
package import StorageErrors

/// How a transaction begins.
package enum TransactionKind: Sendable {
    /// Reads a consistent snapshot of the database.
    case read
    /// Writes. It cannot fail halfway because another connection writes.
    case write
}

/// When a commit reaches the disk.
///
/// A commit always survives a crash of the process. The durability matters only for a loss of
/// power.
package enum Durability: Sendable {
    /// Before the commit returns.
    case now
    /// With the next commit that is `now`. This takes a fraction of the time.
    case deferred
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
    ///   - kind: Whether the transaction writes.
    ///   - durable: When the commit reaches the disk.
    ///   - body: The work to do.
    /// - Returns: The value that `body` returns.
    /// - Throws: The error of `body`, or the error of the commit.
    package func transaction<Result>(
        _ kind: TransactionKind = .write, durable: Durability = .now,
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        guard isIdle else { return try body() }
        guard durable == .now else { return try deferringDurability(body) }
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

    private func deferringDurability<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        switch engine {
        case .sqlite(let connection):
            try connection.setDurable(false)
            // Restores the setting regardless of how the transaction ends.
            defer { try? connection.setDurable(true) }
            return try transaction(.write, body)
        }
    }

    /// Whether no transaction is open.
    package var isIdle: Bool {
        switch engine {
        case .sqlite(let connection): connection.isIdle
        }
    }

    package func begin(_ kind: TransactionKind = .write) throws(StorageError) {
        switch engine {
        case .sqlite(let connection): try connection.begin(writing: kind == .write)
        }
    }

    /// Commits the transaction. If the commit fails, the transaction is rolled back.
    package func commit() throws(StorageError) {
        switch engine {
        case .sqlite(let connection): try connection.commit()
        }
    }

    /// Rolls back the open transaction. After a failure, the engine may already have done so.
    package func rollBack() {
        switch engine {
        case .sqlite(let connection): connection.rollBack()
        }
    }

    /// Runs `body` without foreign key checks.
    ///
    /// Use it to delete rows that no other row refers to. Without an index on the referring column,
    /// the check would read a complete table. Inside a transaction the checks stay on.
    package func withoutReferenceChecks(
        _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        switch engine {
        case .sqlite(let connection):
            try connection.setReferenceChecks(false)
            // If this fails, the next statement of the connection fails as well.
            defer { try? connection.setReferenceChecks(true) }
            try body()
        }
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
}
