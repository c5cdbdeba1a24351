import CivilTime
import SQL
import StorageErrors

/// The prepared statements that finish attempts in the queue, reused within one transaction.
struct FinishStatements: ~Copyable {
    private let finish: Statement
    private let keep: Statement

    init(_ database: Database) throws(StorageError) {
        let finish = try database.prepare(
            """
            UPDATE callbacks SET state = ?1, attempts = ?2, tries_left = tries_left - 1,
                due = ifnull(?3, due), finished_at = ?4, lease_until = NULL, owner = NULL
            WHERE id = ?5 AND state = 1 AND owner = ?6
            """)
        let keep = try database.prepare(
            "INSERT OR REPLACE INTO exchanges VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        // A noncopyable value must be initialized completely or not at all.
        self.finish = finish
        self.keep = keep
    }

    /// Updates the callback's state.
    ///
    /// Returns false if the lease expired and another process has claimed the callback.
    func finish(_ attempt: FinishedAttempt, owner: Int64) throws(StorageError) -> Bool {
        finish.bind([
            Value(attempt.state.rawValue), Value(attempt.claim.attempt),
            Value(attempt.nextAttempt?.milliseconds),
            attempt.state.isFinal ? .integer(attempt.at.milliseconds) : .null,
            .integer(attempt.claim.id), .integer(owner),
        ])
        return try finish.change() == 1
    }

    /// Records the details that the delivery log has no columns for.
    func keep(_ attempt: FinishedAttempt) throws(StorageError) {
        let (exchange, phases) = (attempt.exchange, attempt.exchange.phases)
        keep.bind([
            .integer(attempt.claim.id), Value(attempt.claim.attempt), Value(exchange.version),
            Value(exchange.address), Value(phases.nameLookup), Value(phases.connect),
            Value(phases.tls), Value(phases.firstByte), Value(phases.total),
            Value(exchange.fault), .blob(exchange.head),
        ])
        try keep.run()
    }
}
