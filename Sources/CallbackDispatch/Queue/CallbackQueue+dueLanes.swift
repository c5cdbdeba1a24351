import CivilTime
import SQLite

/// A lane with a callback that is due.
struct DueLane {
    var id: Int64
    var party: Party
}

extension CallbackQueue {
    /// The lanes to claim from, the one that waits longest first.
    ///
    /// Where many lanes are due, companies take turns, so that the lanes of one company never stand
    /// before those of another. The cost depends on how many companies wait and how much room there
    /// is, and never on how many lanes or callbacks wait.
    func dueLanes(
        _ pace: EndpointSpeed, by limit: Instant, _ room: some ClaimRoom
    ) throws(DatabaseError) -> [DueLane] {
        let left = room.room(for: pace)
        guard left > 0 else { return [] }
        let oldest = try oldestLanes(pace, by: limit)
        guard oldest.count > Self.few else { return oldest }
        return try lanesInTurn(pace, by: limit, room, left)
    }

    /// So many lanes are read quickly, whoever they belong to.
    private static let few = 256

    private func oldestLanes(
        _ pace: EndpointSpeed, by limit: Instant
    ) throws(DatabaseError) -> [DueLane] {
        let sql = """
            SELECT id, company FROM lanes WHERE pace = ? AND next_due <= ?
            ORDER BY next_due LIMIT ?
            """
        let values = [Value(pace.rawValue), .integer(limit.milliseconds), Value(Self.few + 1)]
        return try database.rows(sql, values) { row in
            DueLane(id: row.integer(0), party: Party(company: row.text(1), pace: pace))
        }
    }

    private func lanesInTurn(
        _ pace: EndpointSpeed, by limit: Instant, _ room: some ClaimRoom, _ left: Int
    ) throws(DatabaseError) -> [DueLane] {
        let parties = try dueParties(pace, by: limit).filter { room.room(for: $0) > 0 }
        var queues: [ArraySlice<DueLane>] = []
        for party in parties {
            let most = min(room.room(for: party), left / parties.count + 8)
            queues.append(try lanes(of: party, by: limit, room, atMost: most)[...])
        }
        var lanes: [DueLane] = []
        while !queues.isEmpty {
            for index in queues.indices {
                if let lane = queues[index].popFirst() { lanes.append(lane) }
            }
            queues.removeAll(where: \.isEmpty)
        }
        return lanes
    }

    /// The companies with something due, the one that waits longest first.
    private func dueParties(
        _ pace: EndpointSpeed, by limit: Instant
    ) throws(DatabaseError) -> [Party] {
        // One step into the index for each company, however many lanes it has.
        let sql = """
            SELECT company, next_due FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = ? AND company > ? AND next_due IS NOT NULL
            ORDER BY company, next_due LIMIT 1
            """
        var found: [(party: Party, due: Int64)] = []
        var last = ""
        while let (company, due) = try database.row(
            sql, [Value(pace.rawValue), .text(last)], { ($0.text(0), $0.integer(1)) })
        {
            if due <= limit.milliseconds {
                found.append((Party(company: company, pace: pace), due))
            }
            last = company
        }
        return found.sorted { $0.due < $1.due }.map(\.party)
    }

    private func lanes(
        of party: Party, by limit: Instant, _ room: some ClaimRoom, atMost count: Int
    ) throws(DatabaseError) -> [DueLane] {
        let statement = try database.prepare(
            """
            SELECT id FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = ? AND company = ? AND next_due <= ? ORDER BY next_due
            """)
        statement.bind([
            Value(party.pace.rawValue), .text(party.company), .integer(limit.milliseconds),
        ])
        var lanes: [DueLane] = []
        // Lanes without room are passed over: they have callbacks in flight, so they are few.
        while lanes.count < count, try statement.step() {
            let lane = DueLane(id: statement.integer(0), party: party)
            if room.room(for: lane.id, party.pace) > 0 { lanes.append(lane) }
        }
        return lanes
    }
}
