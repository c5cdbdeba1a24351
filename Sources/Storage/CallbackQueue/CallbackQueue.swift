package import SQL
package import StorageErrors

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

    /// Runs `body` in one transaction: all of its changes are committed, or none.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.write, body)
    }
}
