import CivilTime
import SQLite
import Storage

extension CallbackQueue {
    /// Takes callbacks that are due, as many as there is room for.
    func claim(
        _ room: some ClaimRoom, owner: Int64, now: Instant, dueBy limit: Instant
    ) throws(DatabaseError) -> [Claim] {
        try database.transaction { () throws(DatabaseError) in
            try recoverLeases(now: now, owner: owner)
            try pullInLanes(now: now)
            let statements = try ClaimStatements(database)
            var (room, claims) = (room, [Claim]())
            for pace in EndpointSpeed.allCases {
                for lane in try dueLanes(pace, by: limit, room) {
                    let order = ClaimOrder(
                        lane: lane, room, owner: owner,
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

    /// How long a callback may be in flight, in a process that lives: four times the whole timeout.
    static let leaseSeconds: Int64 = 60

    /// No lease lasts longer, in milliseconds; clocks of hosts that share a file may differ.
    static let longestLease: Int64 = 600_000

    /// Gives back what a process left behind that died, or was held up for too long.
    ///
    /// A lease that seems too long was taken by a clock that was ahead, so it is over, too. The
    /// owner's own ones are not, whatever the clock did: it is alive.
    private func recoverLeases(now: Instant, owner: Int64) throws(DatabaseError) {
        // Two stretches of one index; an OR would read all leases.
        let sql = """
            SELECT id, lane, due FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until <= ?1 AND owner <> ?2
            UNION ALL
            SELECT id, lane, due FROM callbacks INDEXED BY callbacks_in_flight
            WHERE state = 1 AND lease_until > ?1 + \(Self.longestLease) AND owner <> ?2
            """
        let lost = try database.rows(sql, [.integer(now.milliseconds), .integer(owner)]) {
            (id: $0.integer(0), lane: $0.integer(1), due: $0.clampedInstant(2))
        }
        guard !lost.isEmpty else { return }
        var lanes = EndpointTable(database)
        for row in lost {
            try database.execute(Self.release, [.integer(row.id)])
            lanes.noteDue(row.due, lane: row.lane)
        }
        try lanes.writeDue()
    }

    private static let release =
        "UPDATE callbacks SET state = 0, lease_until = NULL, owner = NULL WHERE id = ?"

    /// Gives claims back that were not used.
    func release(_ claims: [Claim], owner: Int64) throws(DatabaseError) {
        guard !claims.isEmpty else { return }
        try database.transaction { () throws(DatabaseError) in
            var lanes = EndpointTable(database)
            for claim in claims {
                try database.execute(
                    Self.release + " AND state = 1 AND owner = ?",
                    [.integer(claim.id), .integer(owner)])
                guard database.changes == 1 else { continue }
                lanes.noteDue(claim.due, lane: claim.lane)
            }
            try lanes.writeDue()
        }
    }

    /// Renews the leases of callbacks in flight; one that another process has by now is left alone.
    func renew(_ ids: [Int64], owner: Int64, until end: Instant) throws(DatabaseError) {
        guard !ids.isEmpty else { return }
        let renew = try database.prepare(
            "UPDATE callbacks SET lease_until = ? WHERE id = ? AND state = 1 AND owner = ?")
        for id in ids {
            renew.bind([.integer(end.milliseconds), .integer(id), .integer(owner)])
            try renew.run()
        }
    }

    /// When the next callback is due or a lease runs out; nil when nothing is to be done.
    ///
    /// A time that is further away than any wait counts as now.
    func nextWork(now: Instant, owner: Int64) throws(DatabaseError) -> Instant? {
        try hasWorkTooFarAhead(now: now, owner: owner) ? now : earliestWork()
    }

    private func earliestWork() throws(DatabaseError) -> Instant? {
        // Each part is the first entry of an index; `min` over two paces at once would read all.
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
