package import CivilTime
import SQL
package import StorageErrors

extension ReportLedger {
    /// Records the end of a run for monitoring. The record need not survive a power failure.
    package func recordRun(finishedAt: Instant, status: Int) throws(StorageError) {
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            try database.execute(
                """
                INSERT INTO runs(id, finished_at, status) VALUES(1, ?, ?)
                ON CONFLICT(id) DO UPDATE SET finished_at = excluded.finished_at,
                    status = excluded.status
                """, [.integer(finishedAt.milliseconds), Value(status)])
        }
    }

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
