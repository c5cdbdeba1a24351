import CivilTime
import SQLite

extension CallbackQueue {
    /// Takes callbacks that are due, those of the lane that waits longest first.
    ///
    /// Its cost depends on how many it takes, and never on how many wait.
    func claim(
        _ room: some ClaimRoom, owner: Int64, now: Instant, dueBy limit: Instant
    ) throws(DatabaseError) -> [Claim] {
        try database.transaction { () throws(DatabaseError) in
            try recoverLeases(now: now)
            let statements = try ClaimStatements(database)
            var claims: [Claim] = []
            for pace in Pace.allCases {
                var left = room.room(for: pace)
                for lane in try dueLanes(pace, by: limit, room, atMost: left) where left > 0 {
                    let order = ClaimOrder(
                        lane: lane, pace: pace, count: min(left, room.room(for: lane, pace)),
                        owner: owner, leaseUntil: now.advanced(seconds: Self.leaseSeconds),
                        dueBy: limit)
                    let taken = try statements.claim(order)
                    left -= taken.count
                    claims += taken
                }
            }
            return claims
        }
    }

    /// How long a callback may be in flight, in a process that lives: four times the whole timeout.
    static let leaseSeconds: Int64 = 60

    /// The lanes with something due that have room, the one that waits longest first.
    private func dueLanes(
        _ pace: Pace, by limit: Instant, _ room: some ClaimRoom, atMost count: Int
    ) throws(DatabaseError) -> [Int64] {
        guard count > 0 else { return [] }
        let statement = try database.prepare(
            "SELECT id FROM lanes WHERE pace = ? AND next_due <= ? ORDER BY next_due")
        statement.bind([Value(pace.rawValue), .integer(limit.milliseconds)])
        var lanes: [Int64] = []
        // Lanes without room are passed over: they have callbacks in flight, so they are few.
        while lanes.count < count, try statement.step() {
            let lane = statement.integer(0)
            if room.room(for: lane, pace) > 0 { lanes.append(lane) }
        }
        return lanes
    }

    /// Gives back what a process left behind that died, or was held up for too long.
    private func recoverLeases(now: Instant) throws(DatabaseError) {
        let sql = "SELECT id, lane, due FROM callbacks WHERE state = 1 AND lease_until <= ?"
        let lost = try database.rows(sql, [.integer(now.milliseconds)]) {
            (id: $0.integer(0), lane: $0.integer(1), due: Instant(milliseconds: $0.integer(2)))
        }
        guard !lost.isEmpty else { return }
        var lanes = LaneTable(database)
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
            var lanes = LaneTable(database)
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

    /// When the next callback is due or a lease runs out; nil when nothing is to be done.
    func nextWork() throws(DatabaseError) -> Instant? {
        // Each part is the first entry of an index; `min` over two paces at once would read all.
        let parts = Pace.allCases.map {
            """
            SELECT min(next_due) AS at FROM lanes
            WHERE pace = \($0.rawValue) AND next_due IS NOT NULL
            """
        }
        let leases = "SELECT min(lease_until) FROM callbacks WHERE state = 1"
        let all = (parts + [leases]).joined(separator: " UNION ALL ")
        let next = try database.row("SELECT min(at) FROM (\(all))") { $0.optionalInteger(0) }
        return next.flatMap { $0 }.map { Instant(milliseconds: $0) }
    }
}
