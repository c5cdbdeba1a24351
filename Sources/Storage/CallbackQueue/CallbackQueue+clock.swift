package import CivilTime
import SQL
package import StorageErrors

/// Repairs what a clock that was ahead left in the queue: due times and leases too far in the
/// future.
extension CallbackQueue {
    /// Returns whether an endpoint queue, or a lease of another process, waits longer than any rule
    /// allows.
    ///
    /// Reads only the last entry of each index.
    func hasWorkTooFarAhead(now: Instant, owner: Int64) throws(StorageError) -> Bool {
        let endpoints = EndpointSpeed.allCases.map {
            "EXISTS(SELECT 1 FROM lanes WHERE pace = \($0.rawValue) AND next_due > ?1)"
        }
        let sql = """
            SELECT \(endpoints.joined(separator: " OR ")) OR EXISTS(
                SELECT 1 FROM callbacks INDEXED BY callbacks_in_flight
                WHERE state = 1 AND lease_until > ?2 AND owner <> ?3)
            """
        let (due, lease) = (now.latestDue, now.milliseconds + Self.longestLease)
        return try database.integer(sql, [.integer(due), .integer(lease), .integer(owner)]) != 0
    }

    /// Makes callbacks due that wait too long, in endpoint queues that have nothing else to send.
    ///
    /// Must be called within a transaction. ``pullIn(now:)`` finds the rest.
    func pullInIdleEndpoints(now: Instant) throws(StorageError) {
        for speed in EndpointSpeed.allCases {
            let endpoints = try database.rows(
                "SELECT id FROM lanes WHERE pace = ? AND next_due > ?",
                [Value(speed.rawValue), .integer(now.latestDue)]
            ) { $0.integer(0) }
            for endpoint in endpoints { try pullIn(endpoint: endpoint, now: now) }
        }
    }

    /// Makes all callbacks due that wait longer than any retry delay.
    ///
    /// Reads one index entry per endpoint queue, so call it only occasionally. Each queue is a
    /// separate transaction, so that other writers wait only briefly.
    package func pullIn(now: Instant) throws(StorageError) {
        let endpoints = try database.rows(
            """
            SELECT id FROM lanes WHERE next_due IS NOT NULL AND (
                SELECT max(due) FROM callbacks INDEXED BY callbacks_waiting
                WHERE lane = lanes.id AND state = 0) > ?
            """, [.integer(now.latestDue)]
        ) { $0.integer(0) }
        for endpoint in endpoints {
            try database.transaction { () throws(StorageError) in
                try pullIn(endpoint: endpoint, now: now)
            }
        }
    }

    private func pullIn(endpoint: Int64, now: Instant) throws(StorageError) {
        let time = Value.integer(now.milliseconds)
        try database.execute(
            """
            UPDATE callbacks INDEXED BY callbacks_waiting SET due = ?2
            WHERE lane = ?1 AND state = 0 AND due > ?3
            """, [.integer(endpoint), time, .integer(now.latestDue)])
        try database.execute(
            "UPDATE lanes SET next_due = min(ifnull(next_due, ?2), ?2) WHERE id = ?1",
            [.integer(endpoint), time])
    }
}

extension Instant {
    /// The latest valid due time of a callback, in milliseconds since the epoch.
    fileprivate var latestDue: Int64 { milliseconds + CallbackRetryRule.longestWait }
}
