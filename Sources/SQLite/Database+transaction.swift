import Glibc

/// How a transaction begins, https://sqlite.org/lang_transaction.html.
package enum TransactionKind: String, Sendable {
    /// Reads one unchanging state of the file.
    case read = "DEFERRED"
    /// Takes the right to write at once, so that it never fails half-way for want of it.
    case write = "IMMEDIATE"
}

/// When a commit is on the disk, https://sqlite.org/pragma.html#pragma_synchronous.
///
/// In any case it outlives the process; the difference is a machine that loses its power.
package enum Durability: String, Sendable {
    /// When it returns.
    case now = "FULL"
    /// When the next one is that does not wait, in a fraction of the time.
    case deferred = "NORMAL"
}

/// A moment in which a long piece of work leaves the right to write to others, in microseconds.
package enum WriteLockYield: UInt32, Sendable {
    /// Long enough for our own programs, which ask every millisecond.
    case short = 1_500
    /// For work that has time: long enough for any program, whose turn comes with SQLite's own
    /// wait (1, 2, 5 … up to 100 ms) only where it finds the lock free for half of the time.
    case long = 15_000
}

extension Database {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Inside another transaction it is a part of that one, committed or rolled back with it.
    package func transaction<Result>(
        _ kind: TransactionKind = .write, durable: Durability = .now,
        _ body: () throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
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

    /// Runs `body` without the check of references between tables, for deletions of rows that none
    /// refers to. Without an index on the referring column the check would read a whole table.
    ///
    /// Inside a transaction the check stays on: https://sqlite.org/pragma.html#pragma_foreign_keys
    package func withoutReferenceChecks(
        _ body: () throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try execute("PRAGMA foreign_keys = OFF")
        // A connection that cannot switch it on again fails with its next statement anyway.
        defer { try? execute("PRAGMA foreign_keys = ON") }
        try body()
    }

    /// Waits a moment between two transactions of a long piece of work.
    ///
    /// SQLite does not queue those who wait for the right to write: they ask again and again.
    package func yieldWriteLock(_ pause: WriteLockYield) {
        // Inside a transaction nobody could.
        if isIdle { usleep(pause.rawValue) }
    }

    /// Copies what was committed from the WAL to the file, as far as nobody has to wait for it.
    ///
    /// https://sqlite.org/pragma.html#pragma_wal_checkpoint
    package func checkpoint() throws(DatabaseError) {
        _ = try row("PRAGMA wal_checkpoint(PASSIVE)") { _ in }
    }

    /// Copies all that was committed from the WAL to the file and empties the WAL.
    ///
    /// For a file that was replaced: whoever opens the new one would find the old one's WAL beside
    /// it, and take it for the new one's.
    ///
    /// - Returns: false while somebody still reads or writes by the WAL.
    package func emptyWAL() throws(DatabaseError) -> Bool {
        try row("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) } == 0
    }

    /// Copies what was committed to the file each time that the WAL has so many pages.
    ///
    /// https://sqlite.org/pragma.html#pragma_wal_autocheckpoint
    package func checkpoint(every pages: Int) throws(DatabaseError) {
        try execute("PRAGMA wal_autocheckpoint = \(pages)")
    }

    private func waiting<Result>(
        for durability: Durability, _ body: () throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try execute("PRAGMA synchronous = \(durability.rawValue)")
        // The connection is as it was, however the transaction ends.
        defer { try? execute("PRAGMA synchronous = \(Durability.now.rawValue)") }
        return try transaction(.write, body)
    }

    package func begin(_ kind: TransactionKind = .write) throws(DatabaseError) {
        try execute("BEGIN \(kind.rawValue)")
    }

    /// Commits; what could not be committed is rolled back.
    package func commit() throws(DatabaseError) {
        do {
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    /// Undoes the open transaction; SQLite may have done so itself after a failure.
    package func rollBack() {
        guard !isIdle else { return }
        forgetDamage()
        // A rollback that fails leaves the undoing to the next one who opens the file.
        try? execute("ROLLBACK")
    }
}
