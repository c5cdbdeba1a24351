import CivilTime
import DeliveryLog
package import SQL
package import StorageErrors
import TextSupport

/// The durable queue of accepted callbacks and their states. Only this type accesses its tables.
///
/// A callback waits, is in flight under a lease, and ends as delivered or failed. One row holds its
/// state, so each callback is in exactly one state at any time: none is lost or counted twice. Any
/// number of processes may share one file.
///
/// ```swift
/// let queue = try CallbackQueue(database)
/// switch try queue.accept([callback], now: now) {
/// case .taken(let areNew): print("\(areNew.filter { $0 }.count) new callbacks")
/// case .conflicts(let indexes): print("IDs used for other callbacks: \(indexes)")
/// }
/// ```
///
/// - `accept(_:now:)` is idempotent by company and callback ID.
/// - A claim belongs to one owner until its lease expires. Leases are not exact under clock
///   changes, so delivery is at-least-once.
/// - An attempt is recorded in the delivery log and in the queue within one transaction.
package final class CallbackQueue {
    let database: Database

    /// Opens the queue in a database, and creates or migrates its tables.
    package init(_ database: Database) throws(StorageError) {
        self.database = database
        try database.migrate(Self.schema)
    }

    /// Opens the queue over the connection of a log, so that both can change in one transaction.
    package convenience init(in log: AttemptLog) throws(StorageError) {
        try self.init(log.database)
    }

    /// Runs `body` on one state of the queue. It must not write.
    package func snapshot<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.read, body)
    }

    /// Runs `body` in one transaction: all of its changes are committed, or none.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.write, body)
    }
}

/// The last row of the queue at some time, to find out later what was added since.
package struct QueueMark: Hashable, Sendable {
    fileprivate var id: Int64
    fileprivate var company: String
    fileprivate var callbackID: String
    fileprivate var createdAt: Int64
}

extension CallbackQueue {
    /// Returns the mark of the current state, or `nil` if the queue is empty.
    package func mark() throws(StorageError) -> QueueMark? {
        try mark("ORDER BY id DESC LIMIT 1", [])
    }

    private func mark(_ rest: String, _ values: [Value]) throws(StorageError) -> QueueMark? {
        let sql = "SELECT id, company, callback_id, created_at FROM callbacks \(rest)"
        return try database.row(sql, values) {
            QueueMark(
                id: $0.integer(0), company: $0.text(1), callbackID: $0.text(2),
                createdAt: $0.integer(3))
        }
    }

    /// Returns the IDs of a company's callbacks that were added since a mark, or `nil` if they are
    /// unknown: if there are too many, or if the marked row was deleted, so that its row ID may
    /// have been used again.
    ///
    /// - Parameter mark: The mark, or `nil` if the queue was empty.
    package func added(since mark: QueueMark?, company: String) throws(StorageError) -> [String]? {
        if let mark, try self.mark("WHERE id = ?", [.integer(mark.id)]) != mark { return nil }
        let start = mark?.id ?? 0
        guard try database.integer("SELECT max(id) FROM callbacks") - start <= Self.maxAdded
        else { return nil }
        return try database.rows(
            "SELECT callback_id FROM callbacks WHERE id > ? AND company = ?",
            [.integer(start), .text(company)]
        ) { $0.text(0) }
    }

    /// The number of rows that are read in a few milliseconds.
    private static let maxAdded: Int64 = 10_000
}

extension CallbackQueue {
    /// Records a test delivery of a profile. Counts and reports do not include it.
    package func record(test delivery: Delivery) throws(StorageError) {
        let attempt = delivery.attempt
        let exchange = delivery.exchange ?? ExchangeRecord()
        let phases = exchange.phases
        try database.execute(
            """
            INSERT INTO trials(company, callback_id, profile, version, finished_at, reason, status,
                method, origin, address, name_lookup, connect, tls, first_byte, total, fault, head)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(attempt.company), .text(attempt.callbackID), Value(attempt.profileID),
                Value(exchange.version), .integer(attempt.finishedAt.milliseconds),
                Value(attempt.reason?.rawValue), Value(attempt.status), Value(attempt.method),
                Value(attempt.origin), Value(exchange.address), Value(phases.nameLookup),
                Value(phases.connect), Value(phases.tls), Value(phases.firstByte),
                Value(phases.total), Value(exchange.fault), .blob(exchange.head),
            ])
    }
}
