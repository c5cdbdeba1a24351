import CivilTime
import SQL
import StorageErrors

/// How many callbacks of an endpoint queue to claim, and for which owner.
struct ClaimOrder {
    var endpoint: Int64
    var speed: EndpointSpeed
    var count: Int
    /// The limit in bytes. The last callback may exceed it.
    var bytes: Int
    /// Distinguishes the claims of this process from those of others.
    var owner: Int64
    var leaseUntil: Instant
    var dueBy: Instant

    init(
        endpoint: DueEndpoint, _ capacity: some ClaimCapacity, owner: Int64, leaseUntil: Instant,
        dueBy: Instant
    ) {
        (self.endpoint, speed) = (endpoint.id, endpoint.group.speed)
        (self.owner, self.leaseUntil, self.dueBy) = (owner, leaseUntil, dueBy)
        bytes = capacity.bytes(for: endpoint.group.company)
        count =
            bytes > 0
            ? min(
                capacity.available(for: speed), capacity.available(for: endpoint.group),
                capacity.available(for: self.endpoint, speed))
            : 0
    }
}

/// The prepared statements of a claim, reused for all endpoint queues in one transaction.
struct ClaimStatements: ~Copyable {
    private let find: Statement
    private let take: Statement
    private let advance: Statement

    init(_ database: Database) throws(StorageError) {
        let find = try database.prepare(
            """
            SELECT id, company, callback_id, profile, url, channel, event, variables, attempts,
                tries_left, due
            FROM callbacks INDEXED BY callbacks_waiting
            WHERE lane = ? AND state = 0 AND due <= ? ORDER BY due LIMIT ?
            """)
        let take = try database.prepare(
            """
            UPDATE callbacks SET state = 1, lease_until = ?, owner = ?
            WHERE id = ? AND state = 0
            """)
        let advance = try database.prepare(
            """
            UPDATE lanes SET next_due = (
                SELECT min(due) FROM callbacks INDEXED BY callbacks_waiting
                WHERE lane = ?1 AND state = 0)
            WHERE id = ?1
            """)
        // A noncopyable value must be initialized completely or not at all.
        self.find = find
        self.take = take
        self.advance = advance
    }

    /// Claims the callbacks of one endpoint queue that have been due the longest.
    func claim(_ order: ClaimOrder) throws(StorageError) -> [Claim] {
        find.bind([
            .integer(order.endpoint), .integer(order.dueBy.milliseconds), Value(order.count),
        ])
        var claims: [Claim] = []
        var bytes = 0
        while bytes < order.bytes, try find.step() {
            let claim = Self.claim(find, order)
            bytes += claim.bytes
            claims.append(claim)
        }
        find.reset()
        var taken: [Claim] = []
        for claim in claims {
            take.bind([
                .integer(order.leaseUntil.milliseconds), .integer(order.owner), .integer(claim.id),
            ])
            if try take.change() == 1 { taken.append(claim) }
        }
        advance.bind(order.endpoint, at: 1)
        try advance.run()
        return taken
    }

    private static func claim(_ row: borrowing Statement, _ order: ClaimOrder) -> Claim {
        let target =
            row.optionalText(3).map(CallbackTarget.profile) ?? CallbackTarget.url(row.text(4))
        return Claim(
            id: row.integer(0),
            callback: NewCallback(
                company: row.text(1), callbackID: row.text(2), target: target,
                channel: row.text(5), event: row.optionalText(6), variables: row.text(7)),
            attempt: Int(row.integer(8, clampedTo: 0...1_000_000)) + 1,
            triesLeft: Int(row.integer(9, clampedTo: -1000...1000)),
            due: row.clampedInstant(10), leaseUntil: order.leaseUntil,
            endpoint: order.endpoint, speed: order.speed)
    }
}
