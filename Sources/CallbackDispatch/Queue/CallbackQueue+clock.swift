package import CivilTime
package import SQLite

/// What a clock that was ahead left in the queue: due times and leases that no rule allows.
extension CallbackQueue {
    /// Whether a lane or a lease of another process seems to wait for longer than any may.
    ///
    /// Costs a look at the end of each index.
    func hasWorkTooFarAhead(now: Instant, owner: Int64) throws(DatabaseError) -> Bool {
        let lanes = EndpointSpeed.allCases.map {
            "EXISTS(SELECT 1 FROM lanes WHERE pace = \($0.rawValue) AND next_due > ?1)"
        }
        let sql = """
            SELECT \(lanes.joined(separator: " OR ")) OR EXISTS(
                SELECT 1 FROM callbacks INDEXED BY callbacks_in_flight
                WHERE state = 1 AND lease_until > ?2 AND owner <> ?3)
            """
        let (due, lease) = (now.latestDue, now.milliseconds + Self.longestLease)
        return try database.integer(sql, [.integer(due), .integer(lease), .integer(owner)]) != 0
    }

    /// Makes due what seems to wait for too long in lanes that have nothing else to send.
    ///
    /// To be called within a transaction. ``pullIn(now:)`` finds the rest.
    func pullInLanes(now: Instant) throws(DatabaseError) {
        for pace in EndpointSpeed.allCases {
            let lanes = try database.rows(
                "SELECT id FROM lanes WHERE pace = ? AND next_due > ?",
                [Value(pace.rawValue), .integer(now.latestDue)]
            ) { $0.integer(0) }
            for lane in lanes { try pullIn(lane: lane, now: now) }
        }
    }

    /// Makes due whatever seems to wait for longer than any callback may, lane by lane.
    ///
    /// Reads one entry of an index for each lane, so it is for now and then. Each lane is a
    /// transaction of its own, so that nobody waits for long.
    package func pullIn(now: Instant) throws(DatabaseError) {
        let lanes = try database.rows(
            """
            SELECT id FROM lanes WHERE next_due IS NOT NULL AND (
                SELECT max(due) FROM callbacks INDEXED BY callbacks_waiting
                WHERE lane = lanes.id AND state = 0) > ?
            """, [.integer(now.latestDue)]
        ) { $0.integer(0) }
        for lane in lanes {
            try database.transaction { () throws(DatabaseError) in
                try pullIn(lane: lane, now: now)
            }
        }
    }

    private func pullIn(lane: Int64, now: Instant) throws(DatabaseError) {
        let time = Value.integer(now.milliseconds)
        try database.execute(
            """
            UPDATE callbacks INDEXED BY callbacks_waiting SET due = ?2
            WHERE lane = ?1 AND state = 0 AND due > ?3
            """, [.integer(lane), time, .integer(now.latestDue)])
        try database.execute(
            "UPDATE lanes SET next_due = min(ifnull(next_due, ?2), ?2) WHERE id = ?1",
            [.integer(lane), time])
    }
}

extension Instant {
    /// The latest time at which a callback can be due, in milliseconds since the epoch.
    fileprivate var latestDue: Int64 { milliseconds + CallbackRetryRule.longestWait }
}
