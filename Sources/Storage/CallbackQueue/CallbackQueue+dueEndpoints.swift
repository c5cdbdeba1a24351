import CivilTime
import SQL
import StorageErrors

/// An endpoint queue with a callback that is due.
struct DueEndpoint {
    var id: Int64
    var group: FairnessGroup
}

extension CallbackQueue {
    /// Returns the endpoint queues to claim from, longest-waiting first.
    ///
    /// If many endpoint queues are due, companies take turns, so that one company cannot block
    /// another. The cost depends on the number of waiting companies and the available room, not on
    /// the number of endpoints or callbacks.
    func dueEndpoints(
        _ speed: EndpointSpeed, by limit: Instant, _ room: some ClaimRoom
    ) throws(StorageError) -> [DueEndpoint] {
        let left = room.room(for: speed)
        guard left > 0 else { return [] }
        let oldest = try oldestEndpoints(speed, by: limit)
        guard oldest.count > Self.directLimit else { return oldest }
        return try endpointsInTurn(speed, by: limit, room, left)
    }

    /// Up to this many endpoint queues are read directly, without taking turns.
    private static let directLimit = 256

    private func oldestEndpoints(
        _ speed: EndpointSpeed, by limit: Instant
    ) throws(StorageError) -> [DueEndpoint] {
        let sql = """
            SELECT id, company FROM lanes WHERE pace = ? AND next_due <= ?
            ORDER BY next_due LIMIT ?
            """
        let values = [
            Value(speed.rawValue), .integer(limit.milliseconds), Value(Self.directLimit + 1),
        ]
        return try database.rows(sql, values) { row in
            DueEndpoint(
                id: row.integer(0), group: FairnessGroup(company: row.text(1), speed: speed))
        }
    }

    private func endpointsInTurn(
        _ speed: EndpointSpeed, by limit: Instant, _ room: some ClaimRoom, _ left: Int
    ) throws(StorageError) -> [DueEndpoint] {
        let groups = try dueGroups(speed, by: limit).filter { room.room(for: $0) > 0 }
        var queues: [ArraySlice<DueEndpoint>] = []
        for group in groups {
            let maxCount = min(room.room(for: group), left / groups.count + 8)
            queues.append(try endpoints(of: group, by: limit, room, atMost: maxCount)[...])
        }
        var endpoints: [DueEndpoint] = []
        while !queues.isEmpty {
            for index in queues.indices {
                if let endpoint = queues[index].popFirst() { endpoints.append(endpoint) }
            }
            queues.removeAll(where: \.isEmpty)
        }
        return endpoints
    }

    /// Returns the companies with due callbacks, longest-waiting first.
    private func dueGroups(
        _ speed: EndpointSpeed, by limit: Instant
    ) throws(StorageError) -> [FairnessGroup] {
        // One index seek per company, however many endpoint queues it has.
        let sql = """
            SELECT company, next_due FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = ? AND company > ? AND next_due IS NOT NULL
            ORDER BY company, next_due LIMIT 1
            """
        var found: [(group: FairnessGroup, due: Int64)] = []
        var last = ""
        while let (company, due) = try database.row(
            sql, [Value(speed.rawValue), .text(last)], { ($0.text(0), $0.integer(1)) })
        {
            if due <= limit.milliseconds {
                found.append((FairnessGroup(company: company, speed: speed), due))
            }
            last = company
        }
        return found.sorted { $0.due < $1.due }.map(\.group)
    }

    private func endpoints(
        of group: FairnessGroup, by limit: Instant, _ room: some ClaimRoom, atMost count: Int
    ) throws(StorageError) -> [DueEndpoint] {
        let statement = try database.prepare(
            """
            SELECT id FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = ? AND company = ? AND next_due <= ? ORDER BY next_due
            """)
        statement.bind([
            Value(group.speed.rawValue), .text(group.company), .integer(limit.milliseconds),
        ])
        var endpoints: [DueEndpoint] = []
        // Skipped queues have callbacks in flight, so there are few of them.
        while endpoints.count < count, try statement.step() {
            let endpoint = DueEndpoint(id: statement.integer(0), group: group)
            if room.room(for: endpoint.id, group.speed) > 0 { endpoints.append(endpoint) }
        }
        return endpoints
    }
}
