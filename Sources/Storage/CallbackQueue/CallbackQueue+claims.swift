package import CivilTime
import SQL
package import StorageErrors

extension CallbackQueue {
    /// Claims due callbacks, as many as `room` allows.
    package func claim(
        _ room: some ClaimRoom, owner: Int64, now: Instant, dueBy limit: Instant
    ) throws(StorageError) -> [Claim] {
        try database.transaction { () throws(StorageError) in
            try recoverLeases(now: now, owner: owner)
            try pullInIdleEndpoints(now: now)
            let statements = try ClaimStatements(database)
            var (room, claims) = (room, [Claim]())
            for speed in EndpointSpeed.allCases {
                for endpoint in try dueEndpoints(speed, by: limit, room) {
                    let order = ClaimOrder(
                        endpoint: endpoint, room, owner: owner,
                        leaseUntil: now.advanced(seconds: Self.leaseSeconds), dueBy: limit)
                    guard order.count > 0 else { continue }
                    let taken = try statements.claim(order)
                    for claim in taken { room.add(claim) }
                    claims += taken
                }
            }
            return claims
        }
    }

    /// The lease of a claim, in seconds: four times the total timeout of a request.
    package static let leaseSeconds: Int64 = 60

    /// The longest valid lease, in milliseconds. Clocks of hosts that share a file may differ.
    package static let longestLease: Int64 = 600_000

    /// Releases the claims of a process that died or was suspended for too long.
    ///
    /// A lease that is too long was set by a clock that was ahead, so it is treated as expired. The
    /// owner's own leases never expire here, whatever its clock did, because the owner is alive.
    private func recoverLeases(now: Instant, owner: Int64) throws(StorageError) {
        // Two ranges of one index. With an OR, SQLite would read all leases.
        let sql = """
            SELECT id, lane, due, owner, lease_until FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until <= ?1 AND owner <> ?2
            UNION ALL
            SELECT id, lane, due, owner, lease_until FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until > ?1 + \(Self.longestLease) AND owner <> ?2
            """
        let lost = try database.rows(sql, [.integer(now.milliseconds), .integer(owner)]) {
            (
                endpoint: $0.integer(1), due: $0.clampedInstant(2),
                lease: [.integer($0.integer(0)), .integer($0.integer(3)), .integer($0.integer(4))]
                    as [Value]
            )
        }
        guard !lost.isEmpty else { return }
        var endpoints = EndpointTable(database)
        for row in lost {
            let released = try database.change(Self.release + " AND lease_until = ?", row.lease)
            guard released == 1 else { continue }
            endpoints.noteDue(row.due, endpoint: row.endpoint)
        }
        try endpoints.writeDue()
    }

    private static let release =
        """
        UPDATE callbacks SET state = 0, lease_until = NULL, owner = NULL
        WHERE id = ? AND state = 1 AND owner = ?
        """

    /// Releases claims without an attempt.
    package func release(_ claims: [Claim], owner: Int64) throws(StorageError) {
        guard !claims.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            var endpoints = EndpointTable(database)
            for claim in claims {
                let released = try database.change(
                    Self.release, [.integer(claim.id), .integer(owner)])
                guard released == 1 else { continue }
                endpoints.noteDue(claim.due, endpoint: claim.endpoint)
            }
            try endpoints.writeDue()
        }
    }

    /// Renews the leases of callbacks in flight. Skips those that another process has claimed.
    package func renew(_ ids: [Int64], owner: Int64, until end: Instant) throws(StorageError) {
        guard !ids.isEmpty else { return }
        let renew = try database.prepare(
            "UPDATE callbacks SET lease_until = ? WHERE id = ? AND state = 1 AND owner = ?")
        for id in ids {
            renew.bind([.integer(end.milliseconds), .integer(id), .integer(owner)])
            try renew.run()
        }
    }

    /// Returns when the next callback is due or the next lease expires, or `nil` if the queue is
    /// idle.
    ///
    /// A time further ahead than any retry delay is treated as now.
    package func nextWork(now: Instant, owner: Int64) throws(StorageError) -> Instant? {
        try hasWorkTooFarAhead(now: now, owner: owner) ? now : earliestWork()
    }

    private func earliestWork() throws(StorageError) -> Instant? {
        // Each part reads the first entry of an index. One `min` over all speeds would read all
        // entries.
        let parts = EndpointSpeed.allCases.map {
            """
            SELECT min(next_due) AS at FROM lanes
            WHERE pace = \($0.rawValue) AND next_due IS NOT NULL
            """
        }
        let leases = "SELECT min(lease_until) FROM callbacks WHERE state = 1"
        let all = (parts + [leases]).joined(separator: " UNION ALL ")
        let next = try database.row("SELECT min(at) FROM (\(all))") { $0.optionalInstant(0) }
        return next.flatMap { $0 }
    }
}
