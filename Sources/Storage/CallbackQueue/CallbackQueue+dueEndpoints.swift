package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

/// An endpoint queue with a callback that is due.
struct DueEndpoint {
    var id: Int64
    var group: FairnessGroup
}

extension CallbackQueue {
    /// Returns the endpoint queues to claim from, longest-waiting first.
    ///
    /// If many endpoint queues are due, companies take turns, so that one company cannot block
    /// another. The cost depends on the number of waiting companies and the available capacity, not on
    /// the number of endpoints or callbacks.
    func dueEndpoints(
        _ speed: EndpointSpeed, by limit: Instant, _ capacity: some ClaimCapacity
    ) throws(StorageError) -> [DueEndpoint] {
        let left = capacity.available(for: speed)
        guard left > 0 else { return [] }
        let oldest = try oldestEndpoints(speed, by: limit)
        guard oldest.count > Self.directLimit else { return oldest }
        return try endpointsInTurn(speed, by: limit, capacity, left)
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
        _ speed: EndpointSpeed, by limit: Instant, _ capacity: some ClaimCapacity, _ left: Int
    ) throws(StorageError) -> [DueEndpoint] {
        let groups = try dueGroups(speed, by: limit).filter { capacity.available(for: $0) > 0 }
        var queues: [ArraySlice<DueEndpoint>] = []
        for group in groups {
            let maxCount = min(capacity.available(for: group), left / groups.count + 8)
            queues.append(try endpoints(of: group, by: limit, capacity, atMost: maxCount)[...])
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
        of group: FairnessGroup, by limit: Instant, _ capacity: some ClaimCapacity,
        atMost count: Int
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
            if capacity.available(for: endpoint.id, group.speed) > 0 { endpoints.append(endpoint) }
        }
        return endpoints
    }
}

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
    /// Must be called within a transaction. ``resetFutureDueTimes(now:)`` finds the rest.
    func resetFutureDueTimesOfIdleEndpoints(now: Instant) throws(StorageError) {
        for speed in EndpointSpeed.allCases {
            let endpoints = try database.rows(
                "SELECT id FROM lanes WHERE pace = ? AND next_due > ?",
                [Value(speed.rawValue), .integer(now.latestDue)]
            ) { $0.integer(0) }
            for endpoint in endpoints { try resetFutureDueTimes(endpoint: endpoint, now: now) }
        }
    }

    /// Makes all callbacks due that wait longer than any retry delay.
    ///
    /// Reads one index entry per endpoint queue, so call it only occasionally. Each queue is a
    /// separate transaction, so that other writers wait only briefly.
    package func resetFutureDueTimes(now: Instant) throws(StorageError) {
        let endpoints = try database.rows(
            """
            SELECT id FROM lanes WHERE next_due IS NOT NULL AND (
                SELECT max(due) FROM callbacks INDEXED BY callbacks_waiting
                WHERE lane = lanes.id AND state = 0) > ?
            """, [.integer(now.latestDue)]
        ) { $0.integer(0) }
        for endpoint in endpoints {
            try database.transaction { () throws(StorageError) in
                try resetFutureDueTimes(endpoint: endpoint, now: now)
            }
        }
    }

    private func resetFutureDueTimes(endpoint: Int64, now: Instant) throws(StorageError) {
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

extension CallbackQueue {
    private static let columns =
        "version, address, name_lookup, connect, tls, first_byte, total, fault, head"

    /// Returns the attempts in the same order, each with the exchange record that the queue keeps
    /// for it.
    package func deliveries(_ attempts: [Attempt]) throws(StorageError) -> [Delivery] {
        let find = try database.prepare(
            """
            SELECT \(Self.columns) FROM exchanges WHERE attempt = ?3 AND callback = (
                SELECT id FROM callbacks WHERE company = ?1 AND callback_id = ?2)
            """)
        var deliveries: [Delivery] = []
        for attempt in attempts {
            find.bind([
                .text(attempt.company), .text(attempt.callbackID), Value(attempt.number),
            ])
            let exchange = try find.step() ? Self.exchange(find) : nil
            find.reset()
            deliveries.append(Delivery(attempt: attempt, exchange: exchange))
        }
        return deliveries
    }

    /// Returns the test deliveries of a company, newest first.
    package func testDeliveries(
        _ filter: AttemptFilter, limit: Int, offset: Int
    ) throws(StorageError) -> [Delivery] {
        let sql = """
            SELECT \(Self.columns), callback_id, finished_at, reason, status, profile, method,
                origin, company
            FROM trials WHERE company = ?1 AND finished_at >= ?2 AND finished_at < ?3
                AND profile = ifnull(?4, profile)
            ORDER BY finished_at DESC, id DESC LIMIT ?5 OFFSET ?6
            """
        return try database.rows(
            sql,
            [
                Value(filter.company), .integer(filter.start?.milliseconds ?? .min),
                .integer(filter.end?.milliseconds ?? .max), Value(filter.profileID),
                Value(limit), Value(offset),
            ], Self.testDelivery)
    }

    private static func exchange(_ row: borrowing Statement) -> ExchangeRecord {
        var phases = ExchangePhases()
        phases.nameLookup = row.count(2)
        phases.connect = row.count(3)
        phases.tls = row.count(4)
        phases.firstByte = row.count(5)
        phases.total = row.count(6)
        return ExchangeRecord(
            version: row.optionalInt(0), address: row.optionalText(1), phases: phases,
            fault: row.optionalText(7), head: row.blob(8))
    }

    private static func testDelivery(_ row: borrowing Statement) -> Delivery {
        let exchange = exchange(row)
        let reason = row.optionalInt(11).flatMap(Reason.init(rawValue:))
        let attempt = Attempt(
            company: row.text(16), callbackID: row.text(9),
            finishedAt: row.instant(10),
            outcome: reason == nil ? .delivered : .failed, reason: reason,
            status: row.optionalInt(12), profileID: row.text(13), method: row.text(14),
            origin: row.text(15), durationMilliseconds: exchange.phases.total / 1000)
        return Delivery(attempt: attempt, exchange: exchange)
    }
}
