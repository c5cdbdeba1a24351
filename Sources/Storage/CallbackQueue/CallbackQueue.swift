package import CivilTime
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

/// The result of accepting callbacks.
package enum Acceptance: Hashable, Sendable {
    /// All callbacks are on disk. Says for each callback whether it is new.
    case taken(areNew: [Bool])
    /// Nothing was accepted. The IDs at these indexes belong to different callbacks.
    case conflicts([Int])
}

extension CallbackQueue {
    /// Accepts callbacks: when this returns, either all of them are on disk or none is.
    ///
    /// Accepting a known callback again changes nothing. The same ID with different contents is a
    /// conflict.
    ///
    /// - Parameters:
    ///   - callbacks: The callbacks to queue, due immediately.
    ///   - now: The current time.
    /// - Returns: Which callbacks are new, or the indexes of those that conflict.
    /// - Throws: A ``StorageError`` if the transaction fails. Then nothing was accepted.
    package func accept(
        _ callbacks: [NewCallback], now: Instant
    ) throws(StorageError) -> Acceptance {
        try database.transaction { () throws(StorageError) in
            let acceptance = try judge(callbacks)
            try insert(callbacks, acceptance, now: now)
            return acceptance
        }
    }

    /// Returns what ``accept(_:now:)`` would return now. Writes nothing.
    package func judge(_ callbacks: [NewCallback]) throws(StorageError) -> Acceptance {
        let known = try known(callbacks)
        let conflicts = callbacks.indices.filter { known[$0] == .different }
        return conflicts.isEmpty ? .taken(areNew: known.map { $0 == nil }) : .conflicts(conflicts)
    }

    /// Inserts the new ones of callbacks that ``judge(_:)`` judged, if none of them conflicts.
    ///
    /// Must be called within a transaction, and only if the queue has not changed since then; see
    /// ``QueueMark``.
    package func insert(
        _ callbacks: [NewCallback], _ acceptance: Acceptance, now: Instant
    ) throws(StorageError) {
        guard case .taken(let areNew) = acceptance else { return }
        try insert(zip(callbacks, areNew).filter(\.1).map(\.0), now: now)
    }

    private enum Known {
        case same
        case different
    }

    /// Compares each callback with the one under the same ID, in the queue or earlier in the list.
    /// Returns `nil` for new IDs.
    private func known(_ callbacks: [NewCallback]) throws(StorageError) -> [Known?] {
        let find = try database.prepare(
            Self.contents + " FROM callbacks WHERE company = ? AND callback_id = ?")
        var before: [Name: NewCallback] = [:]
        var known: [Known?] = []
        for callback in callbacks {
            let name = Name(callback)
            find.bind(callback.company, at: 1)
            find.bind(callback.callbackID, at: 2)
            let other = try find.step() ? Self.callback(find) : before[name]
            find.reset()
            known.append(other.map { $0 == callback ? .same : .different })
            if callbacks.count > 1 { before[name] = callback }
        }
        return known
    }

    private struct Name: Hashable {
        let company: ExactText
        let id: ExactText

        init(_ callback: NewCallback) {
            company = ExactText(callback.company)
            id = ExactText(callback.callbackID)
        }
    }

    private func insert(_ callbacks: [NewCallback], now: Instant) throws(StorageError) {
        let insert = try database.prepare(Self.insert)
        var endpoints = EndpointTable(database)
        for callback in callbacks {
            let endpoint = try endpoints.id(
                company: callback.company, name: callback.target.endpoint, due: now)
            Self.bind(callback, endpoint: endpoint, now: now, to: insert)
            try insert.run()
        }
        try endpoints.writeDue()
    }

    private static let insert =
        """
        INSERT INTO callbacks(
            company, callback_id, lane, state, due, attempts, tries_left, created_at, profile, url,
            channel, event, variables, part)
        VALUES(?1, ?2, ?3, 0, ?4, 0, ?5, ?4, ?6, ?7, ?8, ?9, ?10, ?11)
        """

    private static func bind(
        _ callback: NewCallback, endpoint: Int64, now: Instant, to insert: borrowing Statement
    ) {
        insert.bind(callback.company, at: 1)
        insert.bind(callback.callbackID, at: 2)
        insert.bind(endpoint, at: 3)
        insert.bind(now.milliseconds, at: 4)
        insert.bind(CallbackRetryRule.attempts, at: 5)
        switch callback.target {
        case .profile(let id):
            insert.bind(id, at: 6)
            insert.bindNull(at: 7)
        case .url(let url):
            insert.bindNull(at: 6)
            insert.bind(url, at: 7)
        }
        insert.bind(callback.channel, at: 8)
        insert.bind(Value(callback.event), at: 9)
        insert.bind(callback.variables, at: 10)
        insert.bind(CallbackPart.number(in: callback.callbackID) ?? 0, at: 11)
    }

    // MARK: Callbacks of a trigger

    /// Returns the callbacks of a trigger that has several.
    fileprivate func parts(ofTrigger id: String, company: String) throws(StorageError)
        -> [NewCallback]
    {
        try callbacks((1...CallbackPart.limit).map { CallbackPart.id($0, of: id) }, company)
    }

    /// Returns the callbacks that version 1.0 may have created for a trigger with this ID.
    ///
    /// Version 1.0 named them `ID-1`, `ID-2` and so on, which other triggers' IDs could match.
    package func formerCallbacks(
        ofTrigger id: String, count: Int, company: String
    ) throws(StorageError) -> [NewCallback] {
        guard count > 1 else { return [] }
        return try callbacks((1...count).map { "\(id)-\($0)" }, company, "AND part IS NULL")
    }

    private func callbacks(
        _ ids: [String], _ company: String, _ condition: String = ""
    ) throws(StorageError) -> [NewCallback] {
        let marks = ids.map { _ in "?" }.joined(separator: ", ")
        let sql = """
            \(Self.contents) FROM callbacks WHERE company = ? AND callback_id IN (\(marks))
            \(condition) ORDER BY id
            """
        return try database.rows(sql, [.text(company)] + ids.map { .text($0) }, Self.callback)
    }

    static let contents =
        "SELECT company, callback_id, profile, url, channel, event, variables"

    /// Decodes a row whose first columns are ``contents``.
    static func callback(_ row: borrowing Statement) -> NewCallback {
        let target =
            row.optionalText(2).map(CallbackTarget.profile) ?? CallbackTarget.url(row.text(3))
        return NewCallback(
            company: row.text(0), callbackID: row.text(1), target: target,
            channel: row.text(4), event: row.optionalText(5), variables: row.text(6))
    }
}

/// Looks up the callbacks of many triggers of one company with one prepared statement.
package struct TriggerLookup: ~Copyable {
    private let queue: CallbackQueue
    private let company: String
    private let find: Statement

    package init(_ queue: CallbackQueue, company: String) throws(StorageError) {
        let find = try queue.database.prepare(
            """
            \(CallbackQueue.contents) FROM callbacks
            WHERE company = ? AND callback_id IN (?, ?) ORDER BY id
            """)
        // A noncopyable value must be initialized completely or not at all.
        self.queue = queue
        self.company = company
        self.find = find
    }

    /// Returns the callbacks that a trigger with this ID created, in order.
    package func callbacks(ofTrigger id: String) throws(StorageError) -> [NewCallback] {
        let first = CallbackPart.id(1, of: id)
        defer { find.reset() }
        find.bind([.text(company), .text(id), .text(first)])
        var found: [NewCallback] = []
        while try find.step() { found.append(CallbackQueue.callback(find)) }
        guard found.first?.callbackID == first else { return found }
        return try queue.parts(ofTrigger: id, company: company)
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

/// Looks up endpoint queues, and collects what becomes due in them, within one transaction.
struct EndpointTable: ~Copyable {
    private struct Name: Hashable {
        var company: String
        var name: String
    }

    private var known: [Name: Int64] = [:]
    private var due: [Int64: Instant] = [:]
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Returns the row ID of an endpoint queue for a callback that is due at `now`. The queue is
    /// inserted if it is new.
    mutating func id(
        company: String, name: String, due now: Instant
    ) throws(StorageError) -> Int64 {
        let key = Name(company: company, name: name)
        if let id = known[key] { return id }
        let values: [Value] = [.text(company), .text(name)]
        let find = "SELECT id FROM lanes WHERE company = ? AND name = ?"
        let id: Int64
        if let old = try database.row(find, values, { $0.integer(0) }) {
            noteDue(now, endpoint: old)
            id = old
        } else {
            id = try insert(values, due: now)
        }
        known[key] = id
        return id
    }

    /// Inserts a queue with its due time. Updating it later would write its row and indexes twice.
    private func insert(_ values: [Value], due now: Instant) throws(StorageError) -> Int64 {
        try database.returned(
            """
            INSERT INTO lanes(company, name, pace, created_at, next_due)
            VALUES(?1, ?2, ?3, ?4, ?4) RETURNING id
            """, values + [Value(EndpointSpeed.fresh.rawValue), .integer(now.milliseconds)]) ?? 0
    }

    /// Records that a callback of the queue waits until `instant`.
    mutating func noteDue(_ instant: Instant, endpoint: Int64) {
        due[endpoint] = min(due[endpoint] ?? instant, instant)
    }

    /// Writes the recorded due times. Must be called once, before the transaction commits.
    func writeDue() throws(StorageError) {
        // SQLite would write unchanged rows too, and their pages to the WAL, so the condition skips
        // them.
        let update = try database.prepare(
            "UPDATE lanes SET next_due = ?1 WHERE id = ?2 AND ifnull(next_due > ?1, TRUE)")
        // In one order, so that two writers that lock rows cannot block each other.
        for (endpoint, instant) in due.sorted(by: { $0.key < $1.key }) {
            update.bind(instant.milliseconds, at: 1)
            update.bind(endpoint, at: 2)
            try update.run()
        }
    }
}
