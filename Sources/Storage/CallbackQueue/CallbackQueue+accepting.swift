package import CivilTime
import SQL
package import StorageErrors

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
            let known = try known(callbacks)
            let conflicts = callbacks.indices.filter { known[$0] == .different }
            guard conflicts.isEmpty else { return .conflicts(conflicts) }
            let areNew = known.map { $0 == nil }
            try insert(zip(callbacks, areNew).filter(\.1).map(\.0), now: now)
            return .taken(areNew: areNew)
        }
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
            let name = Name(company: callback.company, id: callback.callbackID)
            find.bind(name.company, at: 1)
            find.bind(name.id, at: 2)
            let other = try find.step() ? Self.callback(find) : before[name]
            find.reset()
            known.append(other.map { $0 == callback ? .same : .different })
            if callbacks.count > 1 { before[name] = callback }
        }
        return known
    }

    private struct Name: Hashable {
        var company: String
        var id: String
    }

    private func insert(_ callbacks: [NewCallback], now: Instant) throws(StorageError) {
        let insert = try database.prepare(Self.insert)
        var endpoints = EndpointTable(database)
        for callback in callbacks {
            let endpoint = try endpoints.id(
                company: callback.company, name: callback.target.endpoint, now: now)
            Self.bind(callback, endpoint: endpoint, now: now, to: insert)
            try insert.run()
            endpoints.noteDue(now, endpoint: endpoint)
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

    /// Returns the callbacks that a trigger with this ID created, in order.
    package func callbacks(ofTrigger id: String, company: String) throws(StorageError)
        -> [NewCallback]
    {
        let parts = (1...CallbackPart.limit).map { CallbackPart.id($0, of: id) }
        let found = try callbacks([id, parts[0]], company)
        guard found.first?.callbackID == parts[0] else { return found }
        return try callbacks(parts, company)
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
