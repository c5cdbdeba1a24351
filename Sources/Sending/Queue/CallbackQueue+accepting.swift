package import CivilTime
package import SQLite

extension CallbackQueue {
    /// Takes callbacks over: they are on the disk when it returns, all of them or none.
    ///
    /// - Returns: for each whether it is new; one whose id is known changes nothing.
    package func accept(
        _ callbacks: [NewCallback], now: Instant
    ) throws(DatabaseError) -> [Bool] {
        try database.transaction { () throws(DatabaseError) in
            let insert = try database.prepare(Self.insert)
            var lanes = LaneTable(database)
            var areNew: [Bool] = []
            for callback in callbacks {
                let lane = try lanes.id(
                    company: callback.company, name: callback.target.lane, now: now)
                Self.bind(callback, lane: lane, now: now, to: insert)
                try insert.run()
                let isNew = database.changes == 1
                if isNew { lanes.noteDue(now, lane: lane) }
                areNew.append(isNew)
            }
            try lanes.writeDue()
            return areNew
        }
    }

    private static let insert =
        """
        INSERT INTO callbacks(
            company, callback_id, lane, state, due, attempts, tries_left, created_at, profile, url,
            channel, event, variables)
        VALUES(?1, ?2, ?3, 0, ?4, 0, ?5, ?4, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT(company, callback_id) DO NOTHING
        """

    private static func bind(
        _ callback: NewCallback, lane: Int64, now: Instant, to insert: borrowing Statement
    ) {
        insert.bind(callback.company, at: 1)
        insert.bind(callback.callbackID, at: 2)
        insert.bind(lane, at: 3)
        insert.bind(now.milliseconds, at: 4)
        insert.bind(RetryRule.attempts, at: 5)
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
    }
}
