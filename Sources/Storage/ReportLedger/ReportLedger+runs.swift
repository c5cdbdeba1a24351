package import CivilTime
import SQL
package import StorageErrors

/// A run that has begun and not finished: it is still running, was killed, or ended with an error.
package struct UnfinishedRun: Hashable, Sendable {
    /// The error that ended a run.
    package struct Failure: Hashable, Sendable {
        package var at: Instant
        /// The exit status.
        package var status: Int32
        package var message: String

        package init(at: Instant, status: Int32, message: String) {
            (self.at, self.status, self.message) = (at, status, message)
        }
    }

    /// A name that no other run uses.
    package var owner: String
    package var startedAt: Instant
    /// Identifies the process of the run on its machine.
    package var process: String
    /// Nil if the run is still running or was killed.
    package var failure: Failure?
}

extension ReportLedger {
    /// Records that a run has begun. The record need not survive a power failure.
    package func beginRun(
        owner: String, process: String, at now: Instant
    ) throws(StorageError) {
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            try database.execute(
                "INSERT INTO unfinished_runs(owner, started_at, process) VALUES(?, ?, ?)",
                [.text(owner), .integer(now.milliseconds), .text(process)])
        }
    }

    /// Records the error that ended a run.
    package func failRun(
        owner: String, _ failure: UnfinishedRun.Failure
    ) throws(StorageError) {
        try database.execute(
            "UPDATE unfinished_runs SET ended_at = ?, status = ?, failure = ? WHERE owner = ?",
            [
                .integer(failure.at.milliseconds), .integer(Int64(failure.status)),
                .text(failure.message), .text(owner),
            ])
    }

    /// Removes a run that ended without an error and without finishing, or a run that does not matter
    /// any more because a later one has finished.
    package func forgetRun(owner: String) throws(StorageError) {
        try database.execute("DELETE FROM unfinished_runs WHERE owner = ?", [.text(owner)])
    }

    /// Records the end of a run for monitoring. The record need not survive a power failure.
    ///
    /// - Parameters:
    ///   - finishedAt: The end.
    ///   - status: The exit status.
    ///   - user: The number of the user of the run, or nil if it is unknown.
    ///   - others: Owners of unfinished runs that this run makes up for, including its own.
    package func recordRun(
        finishedAt: Instant, status: Int, user: UInt32? = nil, replacing others: [String] = []
    ) throws(StorageError) {
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            try database.execute(
                """
                INSERT INTO runs(id, finished_at, status, user) VALUES(1, ?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET finished_at = excluded.finished_at,
                    status = excluded.status, user = excluded.user
                """,
                [.integer(finishedAt.milliseconds), Value(status), Value(user.map { Int64($0) })])
            for owner in others { try forgetRun(owner: owner) }
        }
    }

    /// Returns the runs that have begun and not finished, oldest first.
    package func unfinishedRuns() throws(StorageError) -> [UnfinishedRun] {
        let sql = """
            SELECT owner, started_at, process, ended_at, status, failure FROM unfinished_runs
            ORDER BY started_at, owner
            """
        return try database.rows(sql) { row in
            UnfinishedRun(
                owner: row.text(0), startedAt: row.clampedInstant(1), process: row.text(2),
                failure: row.optionalInstant(3).map {
                    UnfinishedRun.Failure(
                        at: $0, status: Int32(row.integer(4, clampedTo: 0...255)),
                        message: row.text(5))
                })
        }
    }

    /// Returns the number of the user of the last run that finished, or nil if it is unknown.
    package func lastRunUser() throws(StorageError) -> UInt32? {
        let user = try database.row("SELECT user FROM runs") { $0.optionalInteger(0) }
        return user.flatMap { $0 }.flatMap { UInt32(exactly: $0) }
    }
}

extension ReportLedger {
    /// Returns when the last run finished and its exit status, or nil if there was none.
    package func lastRun() throws(StorageError) -> (finishedAt: Instant, status: Int)? {
        try database.row("SELECT finished_at, status FROM runs") {
            (finishedAt: $0.instant(0), status: $0.int(1))
        }
    }

    /// Returns whether the last pruning is at least a day away, in either direction.
    package func isPruningDue(now: Instant) throws(StorageError) -> Bool {
        let last = try database.row("SELECT pruned_at FROM runs") { $0.instant(0) }
        return abs(now.milliseconds - (last?.milliseconds ?? 0)) >= 86_400_000
    }

    package func recordPruning(now: Instant) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO runs(id, finished_at, status, pruned_at) VALUES(1, ?1, 0, ?1)
            ON CONFLICT(id) DO UPDATE SET pruned_at = excluded.pruned_at
            """, [.integer(now.milliseconds)])
    }
}
