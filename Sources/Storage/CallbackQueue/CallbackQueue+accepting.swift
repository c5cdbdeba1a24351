package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors
import TextSupport

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
    /// - Returns: Which callbacks are new, or the indexes of the conflicting ones.
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

    /// Inserts the endpoint queues that a long request needs, so that others can write in between.
    /// Accepting the request then takes about half as long.
    ///
    /// A queue whose callbacks are not accepted after all is deleted like others without callbacks.
    package func prepareEndpoints(
        for callbacks: [NewCallback], now: Instant
    ) throws(StorageError) {
        try EndpointTable.prepare(for: callbacks, in: database, now: now)
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
        let find = try database.prepare(EndpointTable.find)
        var endpoints = EndpointTable(database)
        for callback in callbacks {
            let endpoint = try endpoints.id(
                company: callback.company, name: callback.target.endpoint, due: now, by: find)
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
