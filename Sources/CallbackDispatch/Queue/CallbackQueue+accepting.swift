package import CivilTime
import Profiles
package import SQLite

/// What accepting callbacks came to.
package enum Acceptance: Hashable, Sendable {
    /// All of them are on the disk; for each whether it is new.
    case taken(areNew: [Bool])
    /// Nothing was taken: the ids of these, by index, belong to other callbacks.
    case conflicts([Int])
}

extension CallbackQueue {
    /// Takes callbacks over: they are on the disk when it returns, all of them or none.
    ///
    /// One that is known already changes nothing. The same id with other contents is a conflict.
    package func accept(
        _ callbacks: [NewCallback], now: Instant
    ) throws(DatabaseError) -> Acceptance {
        try database.transaction { () throws(DatabaseError) in
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

    /// For each callback what is known under its id, from earlier on or from before in the list;
    /// nil where nothing is.
    private func known(_ callbacks: [NewCallback]) throws(DatabaseError) -> [Known?] {
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

    private func insert(_ callbacks: [NewCallback], now: Instant) throws(DatabaseError) {
        let insert = try database.prepare(Self.insert)
        var lanes = EndpointTable(database)
        for callback in callbacks {
            let lane = try lanes.id(
                company: callback.company, name: callback.target.lane, now: now)
            Self.bind(callback, lane: lane, now: now, to: insert)
            try insert.run()
            lanes.noteDue(now, lane: lane)
        }
        try lanes.writeDue()
    }

    private static let insert =
        """
        INSERT INTO callbacks(
            company, callback_id, lane, state, due, attempts, tries_left, created_at, profile, url,
            channel, event, variables, part)
        VALUES(?1, ?2, ?3, 0, ?4, 0, ?5, ?4, ?6, ?7, ?8, ?9, ?10, ?11)
        """

    private static func bind(
        _ callback: NewCallback, lane: Int64, now: Instant, to insert: borrowing Statement
    ) {
        insert.bind(callback.company, at: 1)
        insert.bind(callback.callbackID, at: 2)
        insert.bind(lane, at: 3)
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

    // MARK: What an id was used for

    /// The callbacks that a trigger with this id made, in their order; empty when there was none.
    func callbacks(ofTrigger id: String, company: String) throws(DatabaseError) -> [NewCallback] {
        let parts = (1...VoiceCallback.limit).map { CallbackPart.id($0, of: id) }
        let found = try callbacks([id, parts[0]], company)
        guard found.first?.callbackID == parts[0] else { return found }
        return try callbacks(parts, company)
    }

    /// The callbacks that a trigger with this id and so many targets may have made in version 1.0.
    ///
    /// They were called `ID-1`, `ID-2` then, as those of other triggers may have been.
    func formerCallbacks(
        ofTrigger id: String, count: Int, company: String
    ) throws(DatabaseError) -> [NewCallback] {
        guard count > 1 else { return [] }
        return try callbacks((1...count).map { "\(id)-\($0)" }, company, "AND part IS NULL")
    }

    private func callbacks(
        _ ids: [String], _ company: String, _ condition: String = ""
    ) throws(DatabaseError) -> [NewCallback] {
        let marks = ids.map { _ in "?" }.joined(separator: ", ")
        let sql = """
            \(Self.contents) FROM callbacks WHERE company = ? AND callback_id IN (\(marks))
            \(condition) ORDER BY id
            """
        return try database.rows(sql, [.text(company)] + ids.map { .text($0) }, Self.callback)
    }

    static let contents =
        "SELECT company, callback_id, profile, url, channel, event, variables"

    /// Reads a row that begins with ``contents``.
    static func callback(_ row: borrowing Statement) -> NewCallback {
        let target =
            row.optionalText(2).map(CallbackTarget.profile) ?? CallbackTarget.url(row.text(3))
        return NewCallback(
            company: row.text(0), callbackID: row.text(1), target: target,
            channel: row.text(4), event: row.optionalText(5), variables: row.text(6))
    }
}
